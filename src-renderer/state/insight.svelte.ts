import { untrack } from 'svelte';
import type { Frame, Insight as Found } from '@contract/contract';
import { request } from '../bridge';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';

/** What the network's layers make of the drawing. Asked for only while it is shown. */
export class Insight {
  readonly #recognition: Recognition;
  readonly #problems: Problems;
  #watched = $state.raw(false);
  #found = $state.raw<(Found & { frame: Frame }) | null>(null);

  /** Whether the pad highlights what influences the answer. */
  showsSaliency = $state(false);

  constructor(recognition: Recognition, problems: Problems) {
    this.#recognition = recognition;
    this.#problems = problems;
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
    const { shown } = this.#recognition;
    if (!shown?.frame || shown.model.source === 'none') {
      this.#found = null;
      return;
    }
    try {
      this.#found = { ...(await request('lookInside', shown.preview)), frame: shown.frame };
      if (this.#recognition.answer === null) this.#found = null;
    } catch (error) {
      this.#problems.reportError(error);
    }
  });
}
