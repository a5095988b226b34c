import { untrack } from 'svelte';
import type { Frame, Insight as Found, Maps } from '@contract/recognition';
import { RequestError, request } from '../bridge';
import { LearningPace } from './learning-pace';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';
import type { StudioView } from './studio-view.svelte';

/** A blank image of 28 x 28 pixels. */
const blank = btoa('\0'.repeat(784));

/** The activations of the network's layers for the drawing. Requested only while they are shown. */
export class Insight {
  readonly #pace: LearningPace;
  readonly #recognition: Pick<Recognition, 'answer'>;
  readonly #problems: Problems;
  #watched = $state.raw(false);
  #kernels = $state.raw<Maps | null>(null);
  #found = $state.raw<(Found & { frame: Frame }) | null>(null);

  /** Whether the pad highlights what influences the answer. */
  showsSaliency = $state(false);

  constructor(view: Pick<StudioView, 'isLearning'>, recognition: Pick<Recognition, 'answer'>, problems: Problems) {
    this.#pace = new LearningPace(view);
    this.#recognition = recognition;
    this.#problems = problems;
  }

  /** The kernels of the first layer, which do not depend on the drawing. null while not watched. */
  get kernels(): Maps | null {
    return this.#kernels;
  }

  /** null if nothing is drawn or there is no answer yet. */
  get found(): Found | null {
    return this.#found;
  }

  /** How much each pixel influences the answer, and the image's area on the pad; null if not shown. */
  readonly saliency = $derived.by(() => {
    const shown = this.#watched && this.showsSaliency ? this.#found : null;
    return shown && { image: shown.saliency, frame: shown.frame };
  });

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    this.#pace.start();
    // The caller is an effect, which must not run again for each answer.
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Call it when there is a new answer. */
  follow(): void {
    if (this.#watched && this.#pace.allows(this.#recognition.answer?.preview ?? blank)) this.#look();
  }

  readonly #look = newestOnly(async () => {
    const { answer } = this.#recognition;
    const drawn = answer?.frame ? { pixels: answer.preview, frame: answer.frame } : null;
    try {
      const found = await this.#pace.measure(request('lookInside', drawn?.pixels ?? blank));
      this.#kernels = found.kernels;
      this.#found = drawn === null || this.#recognition.answer === null ? null : { ...found, frame: drawn.frame };
    } catch (error) {
      this.#found = null;
      // Without a network there is nothing to show.
      if (error instanceof RequestError && error.problem.code === 'not-now') this.#kernels = null;
      else this.#problems.reportError(error);
    }
  });
}
