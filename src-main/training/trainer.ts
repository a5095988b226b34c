import type { History, RunConfig } from '@contract/schemas';
import type { TestReport, TrainReport } from '@contract/contract';
import type { MnistDataset } from '../data/mnist';
import { type Batch, toBatch } from '../data/batches';
import { augmentationOf } from './augmentation';
import { type DropoutMasks, dropoutMasks, withoutDropout } from '../network/dropout';
import type { Evaluation } from './evaluate';
import { initialWeights } from '../network/initial-weights';
import { guessLoss, lossHint } from './loss-hint';
import type { Batches } from './memory';
import type { Network } from '../network/network';
import { createNetwork } from '../network/create-network';
import { type Learned, zeroWeights } from '../network/parameters';
import { permutation } from '../network/random';
import { divergedError } from './training-errors';

/** Everything that a run's future depends on besides its data and configuration. */
export interface TrainerState extends Learned {
  /** Training steps done. */
  step: number;
  history: History;
}

/** The images of one training step. */
export interface TrainingBatch {
  /** Counted from 1. */
  epoch: number;
  /** Counted from 0. */
  batchInEpoch: number;
  /** The images' indices in the training set. */
  indices: Uint32Array;
  /** The images as the network sees them: varied, if the run has augmentation. */
  batch: Batch;
  masks: DropoutMasks;
}

/**
 * The state of a run before its first step.
 * @param weights the initial ones; drawn from the seed by default
 * @param momentumBuffers the initial ones; zeros by default
 */
export function initialState(
  seed: number,
  weights = initialWeights(seed),
  momentumBuffers = zeroWeights(),
): TrainerState {
  return {
    step: 0,
    weights,
    momentumBuffers,
    history: emptyHistory(),
  };
}

export function emptyHistory(): History {
  return { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
}

function copyOf({ trainLosses, trainCounter, testLosses, testCounter, testCorrect }: History): History {
  return {
    trainLosses: [...trainLosses],
    trainCounter: [...trainCounter],
    testLosses: [...testLosses],
    testCounter: [...testCounter],
    testCorrect: [...testCorrect],
  };
}

/** The part of a history that a run has after this many examples: their losses, and the test that follows the last. */
export function historyUpTo(history: History, examplesSeen: number): History {
  const { trainLosses, trainCounter, testLosses, testCounter, testCorrect } = history;
  // A loss is that of the batch that follows its number of examples.
  const losses = trainCounter.filter((counter) => counter < examplesSeen).length;
  const tests = testCounter.filter((counter) => counter <= examplesSeen).length;
  return {
    trainLosses: trainLosses.slice(0, losses),
    trainCounter: trainCounter.slice(0, losses),
    testLosses: testLosses.slice(0, tests),
    testCounter: testCounter.slice(0, tests),
    testCorrect: testCorrect.slice(0, tests),
  };
}

/**
 * The article's training, one step at a time. Its state consists of the step, the history, and the network's weights
 * and momentum buffers: a trainer made from another trainer's state continues exactly as the other would have.
 */
export class Trainer {
  readonly network: Network;
  readonly history: History;
  readonly stepsPerEpoch: number;
  #config: RunConfig;
  #step: number;
  /** The order of the images in the current epoch. */
  #order: { epoch: number; indices: Uint32Array } | null = null;
  #guessLoss: number | null = null;

  constructor(
    readonly data: MnistDataset,
    config: RunConfig,
    state: TrainerState,
  ) {
    this.#config = config;
    this.network = createNetwork(state.weights, state.momentumBuffers);
    this.history = copyOf(state.history);
    this.stepsPerEpoch = Math.ceil(data.train.count / config.batchSize);
    this.#step = state.step;
  }

  get config(): RunConfig {
    return this.#config;
  }

  /** Training steps done. */
  get step(): number {
    return this.#step;
  }

  get totalSteps(): number {
    return this.config.epochs * this.stepsPerEpoch;
  }

  /** The epoch of the last step, counted from 1; 0 before the first step. */
  get epoch(): number {
    return Math.ceil(this.#step / this.stepsPerEpoch);
  }

  /** The number of training images seen. An epoch's last batch may be smaller than the others. */
  get examplesSeen(): number {
    return this.examplesAt(this.#step);
  }

  /** The number of training images seen after this many steps. */
  examplesAt(step: number): number {
    const inEpoch = step % this.stepsPerEpoch;
    return Math.floor(step / this.stepsPerEpoch) * this.data.train.count + inEpoch * this.config.batchSize;
  }

  /** Whether a test comes next, as before the first step and after each epoch. */
  get testDue(): boolean {
    return this.#step % this.stepsPerEpoch === 0 && this.history.testCounter.at(-1) !== this.examplesSeen;
  }

  get finished(): boolean {
    return this.#step >= this.totalSteps && !this.testDue;
  }

  /** The largest batches that are still to come. */
  get batchesAhead(): Batches {
    const { epochs, batchSize, testBatchSize } = this.config;
    const { train, test } = this.data;
    const imagesLeft = epochs * train.count - this.examplesSeen;
    return {
      training: Math.min(batchSize, train.count, imagesLeft),
      testing: this.finished ? 0 : Math.min(testBatchSize, test.count),
    };
  }

  /**
   * One training step, in the article's order.
   * @returns the batch's loss if the log interval is due, else null
   * @throws UserError `diverged` if the loss is not finite; it is not added to the history
   */
  trainStep(): TrainReport | null {
    const examplesSeen = this.examplesSeen;
    const { epoch, batchInEpoch, batch, masks } = this.nextBatch();
    const loss = this.network.trainStep(batch, masks, this.config);
    if (!Number.isFinite(loss)) throw divergedError(this.#step, this.#config);
    this.#step++;
    if (batchInEpoch % this.config.logInterval !== 0) return null;
    this.history.trainLosses.push(loss);
    this.history.trainCounter.push(examplesSeen);
    return { epoch, step: this.#step, examplesSeen, loss };
  }

  /** What the next step trains with. */
  nextBatch(): TrainingBatch {
    const epoch = Math.floor(this.#step / this.stepsPerEpoch) + 1;
    const batchInEpoch = this.#step % this.stepsPerEpoch;
    const { seed, augmentation } = this.config;
    const indices = this.#batchIndices(epoch, batchInEpoch);
    const batch = toBatch(this.data.train, indices, augmentation ? augmentationOf(seed, epoch) : null);
    // A lesson is too short to recover from dropout, which a network may not have learned with.
    const masks = this.data.lesson ? withoutDropout(batch.count) : dropoutMasks(batch.count, seed, this.#step);
    return { epoch, batchInEpoch, indices, batch, masks };
  }

  /**
   * Adds a test of the current network to the history.
   * @throws UserError `diverged` if the loss is not finite
   */
  recordTest({ loss, correct, total }: Omit<Evaluation, 'logProbabilities'>): TestReport {
    if (!Number.isFinite(loss)) throw divergedError(this.#step, this.#config);
    this.history.testLosses.push(loss);
    this.history.testCounter.push(this.examplesSeen);
    this.history.testCorrect.push(correct);
    return { epoch: this.epoch, step: this.#step, examplesSeen: this.examplesSeen, loss, correct, total };
  }

  /** Why the run may not be learning, and what to do; null while it learns. */
  get hint(): string | null {
    this.#guessLoss ??= guessLoss(this.data.train.labels);
    return lossHint(this.history.trainLosses, this.#step, this.#config, this.#guessLoss);
  }

  /** Adds epochs to the run, which continues as though it had had them from the start. */
  addEpochs(epochs: number): void {
    this.#config = { ...this.#config, epochs: this.#config.epochs + epochs };
  }

  /** Frees TensorFlow's memory; the trainer cannot be used afterwards. */
  dispose(): void {
    this.network.dispose();
  }

  /** The indices of a batch's images in the training set: a function of (seed, epoch, batch). */
  #batchIndices(epoch: number, batchInEpoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const key = { seed: this.config.seed, purpose: 'order', epoch } as const;
      this.#order = { epoch, indices: permutation(this.data.train.count, key) };
    }
    const start = batchInEpoch * this.config.batchSize;
    return this.#order.indices.subarray(start, start + this.config.batchSize);
  }
}
