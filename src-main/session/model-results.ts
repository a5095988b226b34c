import type { LabelledDrawing, Model } from '@contract/recognition';
import type { Results } from '@contract/results';
import { partCount } from '@contract/schemas';
import { reviewedLabels } from '../analysis/doubtful-labels';
import { UserError } from '../base/errors';
import type { LabelledImages, MnistDataset } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import type { BundledModel } from '../recognition/bundled-model';
import { imagesOf } from '../recognition/test-drawings';
import { type Evaluation, evaluateInTurns } from '../training/evaluate';
import type { ActiveModel } from './active-model';
import { describeResults } from './describe-results';

/** A larger one takes longer: its layers do not fit into the processor's cache. */
const BATCH = 250;

/** The results of the network that reads drawings, on the test set and on a person's drawings. */
export class ModelResults {
  /** The last test made here. */
  #last: { network: Network; step: number; evaluation: Evaluation } | null = null;
  #builtIn: Promise<Evaluation | null> | null = null;

  constructor(
    private readonly activeModel: ActiveModel,
    private readonly bundled: BundledModel | null,
    private readonly data: Pick<MnistDataset, 'name' | 'sha256' | 'test'>,
  ) {}

  /**
   * @returns null if there is no network, or if it is being trained and was not tested yet
   * @throws UserError `not-numbers` if the network's outputs are not finite
   */
  async get(): Promise<Results | null> {
    await this.activeModel.calibrate();
    const { model, switchedOff } = this.activeModel;
    if (model.source === 'none') return null;
    const { calibration } = this.activeModel.requireReader();
    const test = await this.#test(model);
    if (test === null) return null;
    const { step, evaluation } = test;
    requireNumbers(model, evaluation);
    const builtIn = await this.#testOfBuiltIn();
    return {
      ...describeResults(this.data.test.labels, evaluation, calibration.temperature, builtIn),
      model: { ...model, step },
      switchedOff,
      dataset: this.data.name,
      sha256: this.data.sha256,
      reviewed: reviewedLabels(this.data),
    };
  }

  /**
   * The results on a person's drawings, of the weights as they are.
   * @returns null if there are no drawings, or there is no network
   * @throws UserError `not-numbers`
   */
  async ofDrawings(drawings: LabelledDrawing[]): Promise<Results | null> {
    await this.activeModel.calibrate();
    const { model, switchedOff } = this.activeModel;
    if (model.source === 'none' || drawings.length === 0) return null;
    const { network, calibration } = this.activeModel.requireReader();
    const images = imagesOf(drawings);
    const evaluation = await this.#evaluate(network, images);
    requireNumbers(model, evaluation);
    const builtIn = this.bundled && (await this.#evaluate(this.bundled.network, images));
    return {
      ...describeResults(images.labels, evaluation, calibration.temperature, builtIn),
      model,
      switchedOff,
      dataset: 'your drawings',
      sha256: '',
      reviewed: [],
    };
  }

  /** @returns null if there is no network, or if it is being trained and was not tested yet */
  async accuracy(): Promise<{ correct: number; total: number } | null> {
    const { model } = this.activeModel;
    const test = model.source === 'none' ? null : await this.#test(model);
    return test && { correct: test.evaluation.correct, total: test.evaluation.total };
  }

  /** Tests the network, or returns an earlier test of the same weights. */
  async #test(model: Model): Promise<{ step: number; evaluation: Evaluation } | null> {
    const isEdited = partCount(this.activeModel.switchedOff) > 0;
    if (model.source === 'bundled' && !isEdited) {
      const evaluation = await this.#testOfBuiltIn();
      return evaluation && { step: model.step, evaluation };
    }
    const { lastTest, isTraining } = this.activeModel;
    if (!isEdited && (isTraining || lastTest?.step === model.step)) return lastTest;
    const { network } = this.activeModel.requireReader();
    if (this.#last?.network !== network || this.#last.step !== model.step) {
      this.#last = { network, step: model.step, evaluation: await this.#evaluate(network, this.data.test) };
    }
    return this.#last;
  }

  #testOfBuiltIn(): Promise<Evaluation | null> {
    this.#builtIn ??= this.bundled ? this.#evaluate(this.bundled.network, this.data.test) : Promise.resolve(null);
    return this.#builtIn;
  }

  /** Yields to training and requests. Tests a copy, since the network may be trained or freed meanwhile. */
  async #evaluate(network: Network, images: LabelledImages): Promise<Evaluation> {
    const copy = createNetwork(network.weights());
    try {
      return (await evaluateInTurns(copy, images, BATCH, () => true))!;
    } finally {
      copy.dispose();
    }
  }
}

/** @throws UserError `not-numbers` if the network's outputs are not finite */
function requireNumbers({ name }: Model, { loss }: Evaluation): void {
  if (Number.isFinite(loss)) return;
  throw new UserError(
    'not-numbers',
    `${name} has no results: its weights are too large to compute with. Choose another network.`,
  );
}
