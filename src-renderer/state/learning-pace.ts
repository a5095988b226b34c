import type { StudioView } from './studio-view.svelte';

/** In milliseconds. Often enough to watch a network learn. */
const INTERVAL = 1000;

/** Decides how often a drawing is explained while the network that reads it learns, so that its run is not slowed down. */
export class LearningPace {
  #last: { drawing: unknown; time: number } | null = null;

  constructor(private readonly view: Pick<StudioView, 'isLearning'>) {}

  /** Whether a drawing may be explained now: always if it is another one than before, or the network is at rest. */
  allows(drawing: unknown): boolean {
    const [now, last] = [performance.now(), this.#last];
    const isSame = last !== null && last.drawing === drawing;
    if (this.view.isLearning && isSame && now - last.time < INTERVAL) return false;
    this.#last = { drawing, time: now };
    return true;
  }

  /** Allows the next one at once. */
  start(): void {
    this.#last = null;
  }
}
