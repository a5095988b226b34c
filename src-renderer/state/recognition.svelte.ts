import type { Prediction } from '@contract/contract';
import { request } from '../bridge';
import type { Drawing } from './drawing.svelte';
import type { Problems } from './problems.svelte';

/** While a network trains, a drawing is read again at most this often. */
const refreshInterval = 250;

/**
 * Has the drawing read. One request is under way at a time; whatever was drawn meanwhile is asked
 * next, so the newest drawing is always answered last.
 */
export class Recognition {
  readonly #drawing: Drawing;
  readonly #problems: Problems;
  #answer = $state.raw<Prediction | null>(null);
  #asking = false;
  #outdated = false;
  #refresh: ReturnType<typeof setTimeout> | null = null;

  constructor(drawing: Drawing, problems: Problems) {
    this.#drawing = drawing;
    this.#problems = problems;
  }

  /** null when nothing is drawn, or nothing answered yet. */
  get answer(): Prediction | null {
    return this.#answer;
  }

  /** The drawing changed. */
  ask(): void {
    this.#outdated = true;
    if (!this.#asking) void this.#askUntilAnswered();
  }

  /** The network changed: the same drawing may be read otherwise now. */
  askAgainSoon(): void {
    if (this.#drawing.isEmpty || this.#refresh !== null) return;
    this.#refresh = setTimeout(() => {
      this.#refresh = null;
      this.ask();
    }, refreshInterval);
  }

  async #askUntilAnswered(): Promise<void> {
    this.#asking = true;
    try {
      while (this.#outdated) {
        this.#outdated = false;
        const answer = this.#drawing.isEmpty ? null : await request('recognize', this.#drawing.data);
        // It may have been cleared while the answer was on its way.
        this.#answer = this.#drawing.isEmpty ? null : answer;
      }
    } catch (error) {
      this.#problems.reportError(error);
    } finally {
      this.#asking = false;
    }
  }
}
