import { SvelteMap } from 'svelte/reactivity';
import type {
  ActiveModelView,
  KeptDrawings,
  KeptDrawingsTest,
  LabelledDrawing,
  Prediction,
} from '@contract/recognition';
import type { KeptDrawing } from '@contract/schemas';
import { request } from '../bridge';
import type { Content } from './drawing.svelte';
import { networkKey } from './network-key';

const byLabel = (a: LabelledDrawing, b: LabelledDrawing) => a.label - b.label || (a.id < b.id ? -1 : 1);

/** The labelled drawings that the person saved, and how well the network reads them. */
export class OwnDigits {
  /** The ids of saved drawings that were on the pad since the window opened. */
  readonly #ids = new SvelteMap<Content, string>();
  #drawings = $state.raw<readonly LabelledDrawing[]>([]);
  #damaged = $state.raw<readonly string[]>([]);
  #test = $state.raw<KeptDrawingsTest | null>(null);
  #saving = $state.raw(false);
  /** Counts the changes of what a test's result depends on. */
  #changes = 0;
  #network = '';

  readonly #onchange: () => void;

  /** @param onchange called when a drawing was saved, changed or removed */
  constructor(onchange: () => void = () => undefined) {
    this.#onchange = onchange;
  }

  /** All saved drawings, ordered by digit. */
  get drawings(): readonly LabelledDrawing[] {
    return this.#drawings;
  }

  /** Messages about damaged files. */
  get damaged(): readonly string[] {
    return this.#damaged;
  }

  /** null if there was no test since the last change of a drawing or of the network. */
  get test(): KeptDrawingsTest | null {
    return this.#test;
  }

  /** Whether a change is being saved; another one would be refused. */
  get saving(): boolean {
    return this.#saving;
  }

  /** The digit that this drawing is saved as; null if it is not saved. */
  labelOf(content: Content): number | null {
    const id = this.#ids.get(content);
    return this.#drawings.find((drawing) => drawing.id === id)?.label ?? null;
  }

  /** Saves a drawing as this digit, or removes it if it is already saved so. @throws RequestError */
  async label(content: Content, label: number, { preview: pixels }: Prediction): Promise<void> {
    const id = this.#ids.get(content);
    const saved = this.#drawings.find((drawing) => drawing.id === id);
    if (saved?.label === label) return this.remove(saved);
    if (saved !== undefined) return this.relabel(saved, label);
    const kept = await this.keep({ label, pixels, strokes: content.strokes });
    if (kept !== null) this.#ids.set(content, kept.id);
  }

  /** Saves a drawing. @returns null if another change is being saved @throws RequestError */
  async keep(drawing: Omit<KeptDrawing, 'id'>): Promise<LabelledDrawing | null> {
    let kept: LabelledDrawing | null = null;
    await this.#save(async () => {
      kept = await request('keepDrawing', { id: crypto.randomUUID(), ...drawing });
      this.#drawings = [...this.#drawings, kept].sort(byLabel);
    });
    return kept;
  }

  /** @throws RequestError */
  async relabel({ id }: LabelledDrawing, label: number): Promise<void> {
    await this.#save(async () => {
      await request('relabelDrawing', { id, label });
      this.#drawings = this.#drawings
        .map((drawing) => (drawing.id === id ? { ...drawing, label } : drawing))
        .sort(byLabel);
    });
  }

  /** @throws RequestError */
  async remove({ id }: LabelledDrawing): Promise<void> {
    await this.#save(async () => {
      await request('forgetDrawing', id);
      this.#drawings = this.#drawings.filter((drawing) => drawing.id !== id);
    });
  }

  /** Loads the saved drawings. @throws RequestError */
  async load(): Promise<void> {
    const { drawings, damaged }: KeptDrawings = await request('getKeptDrawings');
    this.#drawings = drawings.sort(byLabel);
    this.#damaged = damaged;
  }

  /** Loads the drawings again after many changed. @throws RequestError */
  async reload(): Promise<void> {
    await this.load();
    this.#forgetTest();
    this.#onchange();
  }

  /** Tests the active model on the drawings. @throws RequestError */
  async runTest(): Promise<void> {
    const changes = this.#changes;
    const test = await request('testKeptDrawings');
    // It may be of other drawings or another network by now.
    if (changes === this.#changes) this.#test = test;
  }

  /** Call it when another network reads, or the one that reads has changed. */
  follow(model: ActiveModelView): void {
    const network = networkKey(model);
    if (network !== this.#network) this.#forgetTest();
    this.#network = network;
  }

  #forgetTest(): void {
    this.#changes++;
    this.#test = null;
  }

  /** Runs one change at a time: a second click before the first is answered must not save the drawing twice. */
  async #save(change: () => Promise<void>): Promise<void> {
    if (this.#saving) return;
    this.#saving = true;
    try {
      await change();
      this.#forgetTest();
      this.#onchange();
    } finally {
      this.#saving = false;
    }
  }
}
