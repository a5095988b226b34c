import type { Model } from '@contract/recognition';
import type { Results } from '@contract/results';
import { doubtedLabels, reviewedLabels } from '../analysis/doubtful-labels';
import { reliabilityOf, resultsOf, wilsonInterval } from '../analysis/results';
import { UserError } from '../base/errors';
import { CLASSES, type MnistDataset } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';
import type { BundledModel } from '../recognition/bundled-model';
import { tempered } from '../recognition/calibration';
import { type Evaluation, evaluateInTurns, mostLikely } from '../training/evaluate';
import type { ActiveModel } from './active-model';
import { base64 } from './base64';

const BATCH = 1000;

/** The test results of the network that reads drawings. */
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
    const { model } = this.activeModel;
    if (model.source === 'none') return null;
    const { calibration } = this.activeModel.requireReader();
    const test = await this.#test(model);
    if (test === null) return null;
    const { step, evaluation } = test;
    if (!Number.isFinite(evaluation.loss)) {
      throw new UserError('not-numbers', `${model.name} has no results: its weights are too large to compute with.`);
    }
    const builtIn = await this.#testOfBuiltIn();
    return this.#describe({ ...model, step }, evaluation, calibration.temperature, builtIn);
  }

  /** Tests the network, or returns an earlier test of the same weights. */
  async #test(model: Model): Promise<{ step: number; evaluation: Evaluation } | null> {
    if (model.source === 'bundled') {
      const evaluation = await this.#testOfBuiltIn();
      return evaluation && { step: model.step, evaluation };
    }
    const { lastTest, isTraining } = this.activeModel;
    if (isTraining || lastTest?.step === model.step) return lastTest;
    const { network } = this.activeModel.requireReader();
    if (this.#last?.network !== network || this.#last.step !== model.step) {
      this.#last = { network, step: model.step, evaluation: await this.#evaluate(network) };
    }
    return this.#last;
  }

  #testOfBuiltIn(): Promise<Evaluation | null> {
    this.#builtIn ??= this.bundled ? this.#evaluate(this.bundled.network) : Promise.resolve(null);
    return this.#builtIn;
  }

  /** Yields to training and requests. Tests a copy, since the network may be trained or freed meanwhile. */
  async #evaluate(network: Network): Promise<Evaluation> {
    const copy = createNetwork(network.weights());
    try {
      return (await evaluateInTurns(copy, this.data.test, BATCH, () => true))!;
    } finally {
      copy.dispose();
    }
  }

  #describe(
    model: Model,
    { logProbabilities, loss, correct, total }: Evaluation,
    temperature: number,
    builtIn: Evaluation | null,
  ): Results {
    const { labels } = this.data.test;
    const predictions = new Uint8Array(total);
    const probabilities = new Float32Array(total);
    const losses = new Float32Array(total);
    labels.forEach((label, index) => {
      const row = logProbabilities.subarray(index * CLASSES, (index + 1) * CLASSES);
      const prediction = mostLikely(row);
      predictions[index] = prediction;
      probabilities[index] = tempered(row, temperature)[prediction]!;
      losses[index] = -row[label]!;
    });
    const { confusion, perDigit } = resultsOf(logProbabilities, labels);
    const { bins, error } = reliabilityOf(probabilities, (index) => predictions[index] === labels[index]);
    return {
      model,
      dataset: this.data.name,
      sha256: this.data.sha256,
      total,
      correct,
      loss,
      interval: wilsonInterval(correct, total),
      confusion,
      perDigit,
      reliability: bins,
      calibrationError: error,
      labels: base64(labels),
      predictions: base64(predictions),
      probabilities: base64(probabilities),
      losses: base64(losses),
      doubted: builtIn ? doubtedLabels(logProbabilities, builtIn.logProbabilities, labels) : [],
      reviewed: reviewedLabels(this.data),
    };
  }
}
