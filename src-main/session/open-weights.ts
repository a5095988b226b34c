import type { Model } from '@contract/contract';
import type { Evaluation } from '../training/evaluate';
import { testLine } from './log-lines';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import type { WeightsFile } from '../exchange/weights-file';

/** A weights file in use: a network that answers, and what its test said. */
export class OpenWeights {
  readonly network: Network;
  /** On the whole test set; null until it was tested. */
  evaluation: Evaluation | null = null;

  constructor(readonly content: WeightsFile) {
    this.network = createNetwork(content.weights);
  }

  get model(): Model {
    const { correct, total } = this.evaluation ?? { correct: null, total: 1 };
    const testAccuracy = correct === null ? null : correct / total;
    return { source: 'weights', name: this.content.origin.file, step: 0, testAccuracy, penAccuracy: null };
  }

  /** Where the momentum is from, if anything is to be said of it, and the article's line of the test. */
  get log(): string[] {
    const { note } = this.content;
    return [...(note === null ? [] : [note]), ...(this.evaluation ? [testLine(this.evaluation)] : [])];
  }

  dispose(): void {
    this.network.dispose();
  }
}
