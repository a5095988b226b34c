import type { Model } from '@contract/recognition';
import { defaultConfig } from '@contract/schemas';
import type { LabelledImages } from '../data/mnist';
import { type Evaluation, evaluateInTurns } from '../training/evaluate';
import { testLine } from './log-lines';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import type { WeightsFile } from '../exchange/weights-file';

/** An open weights file: its network and the result of its test. */
export class OpenWeights {
  readonly network: Network;
  /** The test on the whole test set; null until it is done. */
  evaluation: Evaluation | null = null;

  constructor(readonly content: WeightsFile) {
    this.network = createNetwork(content.weights);
  }

  get model(): Model {
    const { correct, total } = this.evaluation ?? { correct: null, total: 1 };
    const testAccuracy = correct === null ? null : correct / total;
    return { source: 'weights', name: this.content.origin.file, step: 0, testAccuracy, penAccuracy: null };
  }

  /** The note about the source of the momentum, if any, and the article's test line. */
  get log(): string[] {
    const { note } = this.content;
    return [...(note === null ? [] : [note]), ...(this.evaluation ? [testLine(this.evaluation)] : [])];
  }

  /**
   * Tests the network on a test set, yielding to other work.
   * @param isOpen called repeatedly; the test stops when it returns false
   * @throws Error with the reason if the network cannot be tested
   */
  async test(images: LabelledImages, isOpen: () => boolean): Promise<void> {
    const evaluation = await evaluateInTurns(this.network, images, defaultConfig.testBatchSize, isOpen);
    if (!evaluation) return;
    if (!Number.isFinite(evaluation.loss))
      throw new Error('its weights are too large to compute with. Open another file.');
    this.evaluation = evaluation;
  }

  dispose(): void {
    this.network.dispose();
  }
}
