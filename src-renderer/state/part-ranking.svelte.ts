import type { PartRanking } from '@contract/part-ranking';
import { request } from '../bridge';
import { Action } from './action';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import { networkWords } from './run-words';
import type { StudioView } from './studio-view.svelte';

interface Context {
  readonly view: StudioView;
  readonly problems: Problems;
  readonly requester: Requester;
}

/** What each part of the network is for: how many test images are misread without it. Computed when a person asks. */
export class PartRankingView {
  readonly #context: Context;
  /** The last one, with the data and the folder that it was made with. */
  #last = $state.raw<{ ranking: PartRanking; data: string | undefined; folder: string | null } | null>(null);
  #progress = $state.raw<number | null>(null);

  constructor(context: Context) {
    this.#context = context;
  }

  /** The last ranking, which may be of another network by now; null before the first, and after other data was loaded. */
  get ranking(): PartRanking | null {
    return this.#last?.data === this.#context.view.dataset?.sha256 ? (this.#last?.ranking ?? null) : null;
  }

  /** How much of the ranking is done, 0 to 1; null while none is computed. */
  get progress(): number | null {
    return this.#progress;
  }

  /** The network that the ranking is of if another one reads now, in words; else null. */
  get otherNetwork(): string | null {
    if (this.#last === null) return null;
    const { model, folder, runs } = this.#context.view;
    const { source, name, step } = this.#last.ranking.model;
    // Another folder may have a run of the same name.
    const isFolders = source !== 'run' || folder === this.#last.folder;
    if (source === model.source && name === model.name && step === model.step && isFolders) return null;
    return networkWords(isFolders ? runs : [], { source, name, step });
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
    const { dataset, folder } = this.#context.view;
    try {
      const ranking = await request('rankParts');
      if (ranking !== null) this.#last = { ranking, data: dataset?.sha256, folder };
    } catch (error) {
      this.#context.problems.reportError(error);
    }
    this.#progress = null;
  }
}
