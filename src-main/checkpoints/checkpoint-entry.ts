/** What a list of checkpoints shows of one: all that can be known without opening its weights. */
import type { History, RunConfig } from '@contract/schemas';
import { type CheckpointState, type FileRecord, stepsPerEpoch } from './state-file';

export interface CheckpointEntry {
  /** The name of its folder, e.g. `step-00000938`. */
  name: string;
  /** The run's name when it was written; a person may have renamed the run's folder since. */
  run: string;
  runId: string;
  step: number;
  epoch: number;
  /** Of the run in all, as configured when it was written. */
  epochs: number;
  config: RunConfig;
  /** The name of the data that it was trained on. */
  dataset: string;
  /** The name of the weights file that the run began from; null where it began without. */
  originFile: string | null;
  finished: boolean;
  /** 0 to 1, of the last test up to this checkpoint; null before the first test. */
  testAccuracy: number | null;
  /** The same, where exactly these weights were tested; else null. */
  ownAccuracy: number | null;
  /** Whether it is the last checkpoint of an epoch. */
  epochEnd: boolean;
  /** What it knows of the run's history file; null of version 0.1, which kept the history in each checkpoint. */
  history: FileRecord | null;
  /** Of its files together. */
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

/** @returns the step that a checkpoint's name tells; NaN for other names */
export function stepOf(name: string): number {
  return Number(CHECKPOINT_NAME.exec(name)?.[1] ?? Number.NaN);
}

/** @param bytes of its files together */
export function entryOf(
  name: string,
  state: Omit<CheckpointState, 'history'> & { history: FileRecord | History },
  bytes: number,
): CheckpointEntry {
  const { run, runId, step, epoch, config, history, lastTest, dataset, examplesSeen, savedAt, origin } = state;
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
    originFile: origin?.file ?? null,
    finished: step >= config.epochs * perEpoch && tested,
    testAccuracy,
    ownAccuracy: tested ? testAccuracy : null,
    epochEnd: step > 0 && step % perEpoch === 0,
    history: 'sha256' in history ? history : null,
    bytes,
    savedAt,
  };
}
