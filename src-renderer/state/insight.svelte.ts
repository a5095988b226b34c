import { untrack } from 'svelte';
import type { Frame, Insight as Found } from '@contract/contract';
import { request } from '../bridge';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';

/** What the network makes of the drawing. Asked for only while someone looks. */
export class Insight {
  readonly #recognition: Recognition;
  readonly #problems: Problems;
  #watched = $state.raw(false);
  #found = $state.raw<(Found & { frame: Frame }) | null>(null);

  /** Whether the pad is to show what sways the answer. */
  showsSaliency = $state(false);

  constructor(recognition: Recognition, problems: Problems) {
    this.#recognition = recognition;
    this.#problems = problems;
  }

  /** null when nothing is drawn, or nothing found yet. */
  get found(): Found | null {
    return this.#found;
  }

  /** What sways the answer, and where on the pad that lies; null when it is not to be shown. */
  readonly saliency = $derived.by(() => {
    const shown = this.#watched && this.showsSaliency ? this.#found : null;
    return shown && { image: shown.saliency, frame: shown.frame };
  });

  /** @returns a function that ends looking */
  watch(): () => void {
    this.#watched = true;
    // Whoever watches is not to begin anew with each answer.
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** There is a new answer. */
  follow(): void {
    if (this.#watched) this.#look();
  }

  readonly #look = newestOnly(async () => {
    const { answer } = this.#recognition;
    if (!answer?.frame || answer.model.source === 'none') {
      this.#found = null;
      return;
    }
    try {
      this.#found = { ...(await request('lookInside', answer.preview)), frame: answer.frame };
      if (this.#recognition.answer === null) this.#found = null;
    } catch (error) {
      this.#problems.reportError(error);
    }
  });
}
