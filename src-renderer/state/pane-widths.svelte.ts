/** The widths of the panes at both sides, remembered from one start to the next. */
export type SidePane = 'runs' | 'pad';

/** In CSS pixels. A small window limits them further, see `App.svelte`. */
const limits: Record<SidePane, { min: number; max: number }> = {
  runs: { min: 220, max: 480 },
  pad: { min: 300, max: 1000 },
};

const keyOf = (pane: SidePane) => `width-of-${pane}`;

export class PaneWidths {
  readonly #storage: Storage;
  readonly #widths = $state<Record<SidePane, number | null>>({ runs: null, pad: null });

  constructor(storage: Storage) {
    this.#storage = storage;
    for (const pane of Object.keys(limits) as SidePane[]) {
      const { min, max } = limits[pane];
      const width = Number(storage.getItem(keyOf(pane)));
      if (width >= min && width <= max) this.#widths[pane] = width;
    }
  }

  /** null if it was never changed and follows the window. */
  get(pane: SidePane): number | null {
    return this.#widths[pane];
  }

  set(pane: SidePane, width: number): void {
    const { min, max } = limits[pane];
    this.#widths[pane] = Math.round(Math.min(max, Math.max(min, width)));
    this.#storage.setItem(keyOf(pane), String(this.#widths[pane]));
  }

  reset(pane: SidePane): void {
    this.#widths[pane] = null;
    this.#storage.removeItem(keyOf(pane));
  }

  /** The width as a CSS length; undefined if it was never changed. */
  css(pane: SidePane): string | undefined {
    const width = this.#widths[pane];
    return width === null ? undefined : `${width}px`;
  }
}
