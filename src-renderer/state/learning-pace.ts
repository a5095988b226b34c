import type { StudioView } from './studio-view.svelte';

/** In milliseconds. Often enough to watch a network learn, and seldom enough not to slow its run down. */
const MIN_INTERVAL = 1000;
const MAX_INTERVAL = 5000;

/** The time between two requests in multiples of the time that one takes, so that they take at most 3% of a run's time. */
export const TIMES = 33;

/** Decides how often a drawing is explained while the network that reads it learns, so that its run is not slowed down. */
export class LearningPace {
  #last: { drawing: unknown; time: number } | null = null;
  #interval = MIN_INTERVAL;

  constructor(private readonly view: Pick<StudioView, 'isLearning'>) {}

  /** Whether a drawing may be explained now: always if it is another one than before, or the network is at rest. */
  allows(drawing: unknown): boolean {
    const [now, last] = [performance.now(), this.#last];
    const isSame = last !== null && last.drawing === drawing;
    if (this.view.isLearning && isSame && now - last.time < this.#interval) return false;
    this.#last = { drawing, time: now };
    return true;
  }

  /** Waits for an explanation, and takes the more time before the next one the longer it took. */
  async measure<T>(explanation: Promise<T>): Promise<T> {
    const began = performance.now();
    const found = await explanation;
    this.#interval = Math.min(Math.max(TIMES * (performance.now() - began), MIN_INTERVAL), MAX_INTERVAL);
    return found;
  }

  /** Allows the next one at once. */
  start(): void {
    this.#last = null;
  }
}
