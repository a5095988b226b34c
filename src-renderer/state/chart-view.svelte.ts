import type { Range } from '../charts/thin';

export type Metric = 'loss' | 'accuracy';

/** How the chart shows a run. */
export class ChartView {
  metric = $state<Metric>('loss');
  /** Only a loss has an axis that can be logarithmic. */
  logarithmic = $state(false);
  asTable = $state(false);
  /** Whether the table omits training losses. */
  testsOnly = $state(false);
  #zoom = $state.raw<{ run: string | null; range: Range } | null>(null);

  /** The visible part of the x axis; null for all of it, as for any other run. */
  rangeOf(run: string | null): Range | null {
    return this.#zoom?.run === run ? this.#zoom.range : null;
  }

  /** @param from,to examples seen, in either order */
  zoom(run: string | null, from: number, to: number): void {
    this.#zoom = { run, range: { min: Math.max(0, Math.min(from, to)), max: Math.max(from, to) } };
  }

  showAll(): void {
    this.#zoom = null;
  }
}
