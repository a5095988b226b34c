import type { PartRanking } from '@contract/part-ranking';
import { request } from '../bridge';
import { count } from '../format';
import { Action } from './action';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

interface Context {
  readonly view: StudioView;
  readonly problems: Problems;
  readonly requester: Requester;
}

/** What each part of the network is for: how many test images are misread without it. Computed when a person asks. */
export class PartRankingView {
  readonly #context: Context;
  #ranking = $state.raw<PartRanking | null>(null);
  #progress = $state.raw<number | null>(null);

  constructor(context: Context) {
    this.#context = context;
  }

  /** The last ranking, which may be of another network by now; null before the first. */
  get ranking(): PartRanking | null {
    return this.#ranking;
  }

  /** How much of the ranking is done, 0 to 1; null while none is computed. */
  get progress(): number | null {
    return this.#progress;
  }

  /** The network that the ranking is of if another one reads now, in words; else null. */
  get otherNetwork(): string | null {
    if (this.#ranking === null) return null;
    const { model } = this.#context.view;
    const { source, name, step } = this.#ranking.model;
    if (source === model.source && name === model.name && step === model.step) return null;
    if (source === 'bundled') return 'the built-in network';
    return source === 'run' ? `${name} at step ${count(step)}` : name;
  }

  readonly start = new Action(
    () => {
      if (this.#context.view.model.source === 'none') return 'There is no network yet';
      return this.#context.requester.refusalToAsk;
    },
    () => void this.#rank(),
  );

  readonly stop = new Action(
    () => (this.#progress === null ? 'Nothing is being ranked' : null),
    () => this.#context.requester.ask(() => request('stopRanking')),
  );

  /** Call it with how much is done. */
  progressed(done: number): void {
    if (this.#progress !== null) this.#progress = done;
  }

  async #rank(): Promise<void> {
    if (this.#progress !== null) return;
    this.#progress = 0;
    try {
      this.#ranking = (await request('rankParts')) ?? this.#ranking;
    } catch (error) {
      this.#context.problems.reportError(error);
    }
    this.#progress = null;
  }
}
