import type { Model } from '@contract/recognition';
import { defaultConfig } from '@contract/schemas';
import type { LabelledImages } from '../data/mnist';
import { type Evaluation, evaluateInTurns } from '../training/evaluate';
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

  /**
   * Tests the network on a test set, between other work.
   * @param isOpen asked now and then; the test ends early when it says no
   * @throws Error when the network cannot be tested, with the reason
   */
  async test(images: LabelledImages, isOpen: () => boolean): Promise<void> {
    const evaluation = await evaluateInTurns(this.network, images, defaultConfig.testBatchSize, isOpen);
    if (!evaluation) return;
    if (!Number.isFinite(evaluation.loss)) throw new Error('its test loss is not a number. Its weights are too large.');
    this.evaluation = evaluation;
  }

  dispose(): void {
    this.network.dispose();
  }
}
