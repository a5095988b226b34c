import type { PartRanking } from '@contract/part-ranking';
import { rankParts } from '../analysis/part-ranking';
import { UserError } from '../base/errors';
import type { MnistDataset } from '../data/mnist';
import type { ActiveModel } from './active-model';
import { inBackground } from './background';
import type { SessionState } from './session-state';

/** Ranks the parts of the network that reads drawings, in the background. */
export class PartsRanker {
  /** Counts the rankings, so that a new one ends the one before. */
  #rankings = 0;

  constructor(
    private readonly state: Pick<SessionState, 'trained'>,
    private readonly activeModel: ActiveModel,
    private readonly data: Pick<MnistDataset, 'test'>,
    /** Called often, with how much is done, 0 to 1. */
    private readonly onProgress: (done: number) => void,
  ) {}

  /**
   * Ranks a copy of the network with all its parts, whatever is switched off.
   * @returns null if it was stopped
   * @throws UserError `not-now` if there is no network; `not-numbers` if its weights are too large
   */
  async rank(): Promise<PartRanking | null> {
    const ranking = ++this.#rankings;
    const { source, name, step } = this.activeModel.model;
    const weights = this.activeModel.wholeWeights;
    if (!Object.values(weights).every((values) => values.every(Number.isFinite))) {
      throw new UserError(
        'not-numbers',
        `${name} cannot be tested: its weights are too large. Choose another network.`,
      );
    }
    const isWanted = () => ranking === this.#rankings;
    const ranked = await inBackground(rankParts(weights, this.data.test), this.state, isWanted, this.onProgress);
    return ranked && { ...ranked, model: { source, name, step } };
  }

  /** Stops the ranking, if there is one. */
  stop(): void {
    this.#rankings++;
  }
}
