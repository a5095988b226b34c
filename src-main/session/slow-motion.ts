import { MAX_STEP_IMAGES, type KernelsOfStep, type LayerOfStep, type TrainingStep } from '@contract/training-step';
import type { RunConfig, StepOfRun } from '@contract/schemas';
import { Replay, type StepInParts } from '../analysis/replay';
import { SerialQueue } from '../base/async';
import { UserError } from '../base/errors';
import { toGreyImage } from '../data/grey-image';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import type { ParameterName, Weights } from '../network/parameters';
import { base64 } from './base64';
import { replayedRun, requireShown } from './replayed-run';
import { type SessionState, requireStore } from './session-state';

/** Takes single training steps of the shown run apart, even while it is trained. */
export class SlowMotion {
  /** Separate from that of the time machine, which may go to another step meanwhile. */
  readonly #replay = new Replay();
  readonly #queue = new SerialQueue();
  #newest = 0;

  constructor(private readonly state: Readonly<SessionState>) {}

  /**
   * Computes a step again: the same images in the same order, varied in the same way, with the same dropout.
   * @returns null if another step is asked for meanwhile
   * @throws UserError `not-now` if the run is not shown or has not reached the step; `step-not-kept`
   */
  async partsOf(wanted: StepOfRun): Promise<TrainingStep | null> {
    const request = ++this.#newest;
    const isWanted = () => request === this.#newest;
    return this.#queue.add(async () => {
      if (!isWanted()) return null;
      const run = requireShown(this.state, wanted);
      if (wanted.step === 0) throw new UserError('not-now', 'Step 0 is before training. Choose a later step.');
      const store = requireStore(this.state);
      const parts = await this.#replay.partsOf(store, replayedRun(run), wanted.step, isWanted);
      if (parts === null) return null;
      const { trainer } = run;
      const { trainLosses, trainCounter } = trainer.history;
      const loggedLoss = trainLosses[trainCounter.indexOf(trainer.examplesAt(wanted.step - 1))] ?? null;
      const { train } = trainer.data;
      return {
        ...describe(parts, trainer.config, train),
        ...wanted,
        loggedLoss,
        batchesPerEpoch: trainer.stepsPerEpoch,
      };
    });
  }

  /** Frees TensorFlow's memory. */
  dispose(): void {
    this.#newest++;
    this.#replay.dispose();
  }
}

function describe(
  { before, trainedWith, passes, after, passesAfter }: StepInParts,
  { learningRate, momentum, augmentation }: RunConfig,
  train: LabelledImages,
): Omit<TrainingStep, 'run' | 'step' | 'loggedLoss' | 'batchesPerEpoch'> {
  const { epoch, batchInEpoch, batch, indices, masks } = trainedWith;
  const sent = Math.min(batch.count, MAX_STEP_IMAGES);
  const kept = Array.from({ length: sent }, (_, i) => [
    ...masks.channels.subarray(i * 20, (i + 1) * 20),
    ...masks.units.subarray(i * 50, (i + 1) * 50),
  ]).flat();
  const kernelsOf = (name: 'conv1.weight' | 'conv2.weight'): KernelsOfStep => ({
    before: base64(before.weights[name]),
    gradient: base64(passes.gradients[name]),
    momentum: base64(before.momentumBuffers[name]),
    after: base64(after.weights[name]),
  });
  return {
    epoch,
    batch: batchInEpoch + 1,
    ...{ learningRate, momentum, augmentation },
    count: batch.count,
    images: Array.from({ length: sent }, (_, i) => toGreyImage(batch.pixels.subarray(i * PIXELS, (i + 1) * PIXELS))),
    labels: base64(Uint8Array.from(indices.subarray(0, sent), (index) => train.labels[index]!)),
    losses: base64(passes.losses.subarray(0, sent)),
    lossesAfter: base64(passesAfter.losses.subarray(0, sent)),
    outputs: base64(passes.logProbabilities.subarray(0, sent * CLASSES)),
    outputsAfter: base64(passesAfter.logProbabilities.subarray(0, sent * CLASSES)),
    kept: base64(Uint8Array.from(kept, (factor) => (factor > 0 ? 1 : 0))),
    loss: finite(passes.loss),
    lossAfter: finite(passesAfter.loss),
    layers: (['conv1', 'conv2', 'fc1', 'fc2'] as const).map((name) =>
      layerOf(name, before.weights, after.weights, passes.gradients),
    ),
    firstLayer: kernelsOf('conv1.weight'),
    secondLayer: kernelsOf('conv2.weight'),
  };
}

function layerOf(name: LayerOfStep['name'], before: Weights, after: Weights, gradients: Weights): LayerOfStep {
  const parameters: ParameterName[] = [`${name}.weight`, `${name}.bias`];
  const norm = (valueOf: (parameter: ParameterName, i: number) => number) =>
    Math.hypot(...parameters.map((parameter) => lengthOf(before[parameter].map((_, i) => valueOf(parameter, i)))));
  return {
    name,
    size: parameters.reduce((sum, parameter) => sum + before[parameter].length, 0),
    gradient: norm((parameter, i) => gradients[parameter][i]!),
    change: norm((parameter, i) => after[parameter][i]! - before[parameter][i]!),
    weights: norm((parameter, i) => before[parameter][i]!),
  };
}

const lengthOf = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const finite = (value: number) => (Number.isFinite(value) ? value : null);
