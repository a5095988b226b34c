/** An entry in a list of checkpoints: everything that can be known without opening the weights. */
import type { History, RunConfig } from '@contract/schemas';
import { type CheckpointState, type FileRecord, stepsPerEpoch } from './state-file';

export interface CheckpointEntry {
  /** The name of its folder, e.g. `step-00000938`. */
  name: string;
  /** The run's name when the checkpoint was written; its folder may have been renamed since. */
  run: string;
  runId: string;
  step: number;
  epoch: number;
  /** The run's total number of epochs, as configured when the checkpoint was written. */
  epochs: number;
  config: RunConfig;
  /** The name of the training data. */
  dataset: string;
  /** What the run was trained on up to here, in words. */
  device: string;
  /** The name of the weights file that the run started from; null if it started without one. */
  originFile: string | null;
  finished: boolean;
  examplesSeen: number;
  /** Spent in training steps since the run began. */
  secondsTraining: number;
  /** 0 to 1, of the last test before this checkpoint; null before the first test. */
  testAccuracy: number | null;
  /** 0 to 1, if exactly these weights were tested; else null. */
  ownAccuracy: number | null;
  /** Whether it is the last checkpoint of an epoch. */
  epochEnd: boolean;
  /** The part of the run's history file it refers to; null for version 0.1, whose checkpoints contain the history. */
  history: FileRecord | null;
  /** The total size of its files. */
  bytes: number;
  /** ISO 8601 */
  savedAt: string;
}

const CHECKPOINT_NAME = /^step-(\d{8,})$/;

export function isCheckpointName(name: string): boolean {
  return CHECKPOINT_NAME.test(name);
}

export function checkpointName(step: number): string {
  return `step-${step.toString().padStart(8, '0')}`;
}

/** @returns the step in a checkpoint's name; NaN for other names */
export function stepOf(name: string): number {
  return Number(CHECKPOINT_NAME.exec(name)?.[1] ?? Number.NaN);
}

/** @param bytes the total size of its files */
export function entryOf(
  name: string,
  state: Omit<CheckpointState, 'history'> & { history: FileRecord | History },
  bytes: number,
): CheckpointEntry {
  const { run, runId, step, epoch, config, history, lastTest, dataset, device, examplesSeen, savedAt, origin } = state;
  const testAccuracy = lastTest && lastTest.correct / dataset.testCount;
  const tested = lastTest?.examplesSeen === examplesSeen;
  const perEpoch = stepsPerEpoch(state);
  return {
    name,
    run,
    runId,
    step,
    epoch,
    epochs: config.epochs,
    config,
    dataset: dataset.name,
    device,
    originFile: origin?.file ?? null,
    examplesSeen,
    secondsTraining: state.secondsTraining,
    finished: step >= config.epochs * perEpoch && tested,
    testAccuracy,
    ownAccuracy: tested ? testAccuracy : null,
    epochEnd: step > 0 && step % perEpoch === 0,
    history: 'sha256' in history ? history : null,
    bytes,
    savedAt,
  };
}
