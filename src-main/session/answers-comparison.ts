import type { AnswersCompared, ComparedAnswers, RunRef } from '@contract/compare';
import { mcnemarTest } from '../analysis/mcnemar';
import { UserError } from '../base/errors';
import { CLASSES, type MnistDataset } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import { type Evaluation, evaluateInTurns, mostLikely } from '../training/evaluate';
import { base64 } from './base64';
import type { Comparison } from './comparison';

const BATCH = 1000;
/** How many networks' answers are kept: as many as a person compares at a time. */
const MAX_KEPT = 10;

/** Tests pairs of networks on the same images. */
export class AnswersComparison {
  /** By the run's id and step, least recently used first. */
  readonly #evaluations = new Map<string, Evaluation>();

  constructor(
    private readonly comparison: Comparison,
    private readonly data: Pick<MnistDataset, 'name' | 'sha256' | 'test'>,
  ) {}

  /** @throws UserError `other-test-set` if one of the two was trained on data other than what is loaded */
  async compare(first: RunRef, second: RunRef): Promise<AnswersCompared> {
    const { labels, count } = this.data.test;
    const tested = [await this.#test(first), await this.#test(second)] as const;
    const isRight = ({ predictions }: Tested, index: number) => predictions[index] === labels[index];
    let [onlyFirst, onlySecond] = [0, 0];
    for (let index = 0; index < count; index++) {
      const [a, b] = [isRight(tested[0], index), isRight(tested[1], index)];
      if (a && !b) onlyFirst++;
      if (b && !a) onlySecond++;
    }
    return {
      labels: base64(labels),
      sha256: this.data.sha256,
      total: count,
      answers: [encode(tested[0]), encode(tested[1])],
      onlyFirst,
      onlySecond,
      pValue: mcnemarTest(onlyFirst, onlySecond),
    };
  }

  async #test(ref: RunRef): Promise<Tested> {
    const { run, weights } = await this.comparison.weightsOf(ref);
    const { lesson, sha256 } = run.data;
    // A lesson is tested on the test set of the dataset that it was made of.
    if ((lesson?.base.sha256 ?? sha256) !== this.data.sha256) {
      throw new UserError(
        'other-test-set',
        `${run.name} was trained on ${run.data.name}, but ${this.data.name} is loaded. To compare images, load the same data.`,
      );
    }
    const key = `${run.runId} ${run.step}`;
    const known = this.#evaluations.get(key);
    const evaluation = known ?? (await this.#evaluate(weights));
    this.#evaluations.delete(key);
    this.#evaluations.set(key, evaluation);
    const [oldest] = this.#evaluations.keys();
    if (this.#evaluations.size > MAX_KEPT && oldest !== undefined) this.#evaluations.delete(oldest);
    return testedOf(evaluation, this.data.test.labels, run.step);
  }

  async #evaluate(weights: Parameters<typeof createNetwork>[0]): Promise<Evaluation> {
    const network = createNetwork(weights);
    try {
      return (await evaluateInTurns(network, this.data.test, BATCH, () => true))!;
    } finally {
      network.dispose();
    }
  }
}

interface Tested {
  step: number;
  predictions: Uint8Array;
  probabilities: Float32Array;
  losses: Float32Array;
}

function testedOf({ logProbabilities, total }: Evaluation, labels: Uint8Array, step: number): Tested {
  const tested = {
    step,
    predictions: new Uint8Array(total),
    probabilities: new Float32Array(total),
    losses: new Float32Array(total),
  };
  labels.forEach((label, index) => {
    const row = logProbabilities.subarray(index * CLASSES, (index + 1) * CLASSES);
    const prediction = mostLikely(row);
    tested.predictions[index] = prediction;
    tested.probabilities[index] = Math.exp(row[prediction]!);
    tested.losses[index] = -row[label]!;
  });
  return tested;
}

const encode = ({ step, predictions, probabilities, losses }: Tested): ComparedAnswers => ({
  step,
  predictions: base64(predictions),
  probabilities: base64(probabilities),
  losses: base64(losses),
});
