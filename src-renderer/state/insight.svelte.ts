import { untrack } from 'svelte';
import type { Frame, Insight as Found, Maps } from '@contract/recognition';
import { RequestError, request } from '../bridge';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';

/** 28 x 28 pixels of paper. */
const blank = btoa('\0'.repeat(784));

/** What the network's layers make of the drawing. Asked for only while it is shown. */
export class Insight {
  readonly #recognition: Pick<Recognition, 'answer'>;
  readonly #problems: Problems;
  #watched = $state.raw(false);
  #kernels = $state.raw<Maps | null>(null);
  #found = $state.raw<(Found & { frame: Frame }) | null>(null);

  /** Whether the pad highlights what influences the answer. */
  showsSaliency = $state(false);

  constructor(recognition: Pick<Recognition, 'answer'>, problems: Problems) {
    this.#recognition = recognition;
    this.#problems = problems;
  }

  /** Of the first layer; they are those of the network, whatever is drawn. null while nobody watches. */
  get kernels(): Maps | null {
    return this.#kernels;
  }

  /** null when nothing is drawn, or there is no answer yet. */
  get found(): Found | null {
    return this.#found;
  }

  /** How much each pixel influences the answer, and where on the pad that image lies; null when it is not shown. */
  readonly saliency = $derived.by(() => {
    const shown = this.#watched && this.showsSaliency ? this.#found : null;
    return shown && { image: shown.saliency, frame: shown.frame };
  });

  /** @returns a function that ends watching */
  watch(): () => void {
    this.#watched = true;
    // The caller is an effect, which must not run again with each answer.
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** There is a new answer. */
  follow(): void {
    if (this.#watched) this.#look();
  }

  readonly #look = newestOnly(async () => {
    const { answer } = this.#recognition;
    const drawn = answer?.frame ? { pixels: answer.preview, frame: answer.frame } : null;
    try {
      const found = await request('lookInside', drawn?.pixels ?? blank);
      this.#kernels = found.kernels;
      this.#found = drawn === null || this.#recognition.answer === null ? null : { ...found, frame: drawn.frame };
    } catch (error) {
      this.#found = null;
      // Without a network there is nothing to see.
      if (error instanceof RequestError && error.problem.code === 'not-now') this.#kernels = null;
      else this.#problems.reportError(error);
    }
  });
}
