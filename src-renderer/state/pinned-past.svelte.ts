import type { GreyImage } from '@contract/schemas';
import { request } from '../bridge';
import { side } from '../charts/grey-image';
import { networkKey } from './network-key';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { StudioView } from './studio-view.svelte';

interface Answer {
  step: number;
  digit: number;
  /** 0 to 1. */
  probability: number;
}

/** Reads the pinned drawing with the step of the past that is looked at. */
export class PinnedPast {
  readonly #view: Pick<StudioView, 'model' | 'pinned'>;
  readonly #problems: Problems;
  #read = $state.raw<{ pixels: GreyImage; network: string; answer: Answer } | null>(null);

  constructor(view: Pick<StudioView, 'model' | 'pinned'>, problems: Problems) {
    this.#view = view;
    this.#problems = problems;
  }

  /** null until it is known, if nothing is pinned, and while no step of the past is looked at. */
  readonly answer = $derived.by(() => {
    const { model, pinned } = this.#view;
    const isIts = this.#read?.pixels === pinned?.pixels && this.#read?.network === networkKey(model);
    return model.past !== null && pinned !== null && isIts ? this.#read!.answer : null;
  });

  /** Call it when there is another network or another pinned drawing. */
  readonly follow = newestOnly(async () => {
    const { model, pinned } = this.#view;
    // Another folder may have a run of the same name.
    if (model.past === null) this.#read = null;
    if (model.past === null || pinned === null || this.answer !== null) return;
    const { pixels } = pinned;
    const network = networkKey(model);
    try {
      const read = await request('recognizeImage', { width: side, height: side, pixels });
      // The network that answered may be another one already.
      if (this.#view.model.past?.step !== read.model.step || this.#view.model.name !== read.model.name) return;
      const probability = Math.max(...read.probabilities);
      const answer = { step: read.model.step, digit: read.probabilities.indexOf(probability), probability };
      this.#read = { pixels, network, answer };
    } catch (error) {
      this.#problems.reportError(error);
    }
  });
}
