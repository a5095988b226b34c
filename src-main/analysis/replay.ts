/**
 * Computes again what a run had learned at any of its steps: from the newest state kept before it, by the same steps of
 * training. Those are functions of (seed, step), so the result is the run's own, bit for bit, on the same device.
 */
import { setImmediate } from 'node:timers/promises';
import type { RunConfig } from '@contract/schemas';
import { UserError } from '../base/errors';
import type { Snapshot } from '../checkpoints/snapshots-file';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import type { Passes } from '../network/network';
import { type Weights, parameterNames } from '../network/parameters';
import { Trainer, type TrainingBatch, emptyHistory, initialState } from '../training/trainer';

/** A run, and what its steps follow from. */
export interface ReplayedRun {
  run: string;
  /** See `StateFile.runId`. */
  runId: string;
  config: RunConfig;
  /** What it is trained on. */
  data: MnistDataset;
  /** Whether its initial weights were drawn from its seed; otherwise they came from a file or a checkpoint. */
  beganFromSeed: boolean;
}

/** One step of a run, from its images to the new weights. */
export interface StepInParts {
  before: Snapshot;
  trainedWith: TrainingBatch;
  /** Of the step itself. */
  passes: Passes;
  after: Snapshot;
  /** The same images with the same dropout, after the step. */
  passesAfter: Passes;
}

export class Replay {
  /** A trainer at the step that was wanted last. Later steps go on from there if nothing nearer is kept. */
  #cursor: { runId: string; trainer: Trainer } | null = null;

  /**
   * Gives way to training and requests after each step.
   * @param isWanted asked after each step
   * @returns null if it is no longer wanted
   * @throws UserError `step-not-kept`; those of `Trainer`
   */
  async at(
    store: CheckpointStore,
    replayed: ReplayedRun,
    step: number,
    isWanted: () => boolean = () => true,
  ): Promise<Snapshot | null> {
    const kept = await this.nearest(store, replayed, step);
    if (!isWanted()) return null;
    const trainer = this.#moveCursor(replayed, step, kept);
    if (!(await trainTo(trainer, step, isWanted))) return null;
    return snapshotOf(trainer);
  }

  /** @returns the newest state kept at or before a step, or the run's initial one; null if there is none */
  async nearest(store: CheckpointStore, replayed: ReplayedRun, step: number): Promise<Snapshot | null> {
    const kept = await store.stateUpTo(replayed, step);
    return kept ?? (replayed.beganFromSeed ? initialState(replayed.config.seed) : null);
  }

  /**
   * Takes a step apart. Otherwise as `at`.
   * @param step counted from 1: it leads from the state after `step - 1` steps to that after `step`
   */
  async partsOf(
    store: CheckpointStore,
    replayed: ReplayedRun,
    step: number,
    isWanted: () => boolean = () => true,
  ): Promise<StepInParts | null> {
    const before = await this.at(store, replayed, step - 1, isWanted);
    if (before === null) return null;
    const { trainer } = this.#cursor!;
    const trainedWith = trainer.nextBatch();
    const passesOfBatch = () => trainer.network.passes(trainedWith.batch, trainedWith.masks);
    const passes = passesOfBatch();
    if (!(await trainTo(trainer, step, isWanted))) return null;
    return { before, trainedWith, passes, after: snapshotOf(trainer), passesAfter: passesOfBatch() };
  }

  /**
   * Compares with the run itself: computes on from the step that was wanted last to the next snapshot.
   * @returns whether the two are equal, bit for bit; null if there is no later snapshot, or it is no longer wanted
   */
  async isExact(
    store: CheckpointStore,
    replayed: ReplayedRun,
    isWanted: () => boolean = () => true,
  ): Promise<boolean | null> {
    const trainer = this.#cursor?.trainer;
    if (!trainer) return null;
    const next = store.snapshots(replayed).after(trainer.step);
    if (!next || !(await trainTo(trainer, next.step, isWanted))) return null;
    const now = snapshotOf(trainer);
    return isEqual(now.weights, next.weights) && isEqual(now.momentumBuffers, next.momentumBuffers);
  }

  /** Frees TensorFlow's memory. */
  dispose(): void {
    this.#cursor?.trainer.dispose();
    this.#cursor = null;
  }

  /** @returns a trainer at or before the step, as near as there is one */
  #moveCursor(replayed: ReplayedRun, step: number, kept: Snapshot | null): Trainer {
    const { run, runId, config, data } = replayed;
    const cursor = this.#cursor?.runId === runId ? this.#cursor.trainer : null;
    if (cursor && cursor.step <= step && cursor.step >= (kept?.step ?? 0)) return cursor;
    if (!kept) {
      throw new UserError(
        'step-not-kept',
        `Step ${step.toLocaleString('en')} of ${run} cannot be computed again, because no state of the run is kept at or before it. Choose a later step.`,
      );
    }
    this.dispose();
    const trainer = new Trainer(data, config, { ...kept, history: emptyHistory() });
    this.#cursor = { runId, trainer };
    return trainer;
  }
}

/** @returns whether the step was reached while it was wanted */
async function trainTo(trainer: Trainer, step: number, isWanted: () => boolean): Promise<boolean> {
  while (trainer.step < step) {
    trainer.trainStep();
    await setImmediate();
    if (!isWanted()) return false;
  }
  return true;
}

function snapshotOf({ step, network }: Trainer): Snapshot {
  return { step, weights: network.weights(), momentumBuffers: network.momentumBuffers() };
}

function isEqual(a: Weights, b: Weights): boolean {
  return parameterNames.every((name) => a[name].every((value, i) => Object.is(value, b[name][i])));
}
