/** What a list of checkpoints shows of one: all that can be known without opening its weights. */
import { type StateContent, stepsPerEpoch } from './state-file';

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
  finished: boolean;
  /** 0 to 1, of the last test up to this checkpoint; null before the first test. */
  testAccuracy: number | null;
  /** The same, where exactly these weights were tested; else null. */
  ownAccuracy: number | null;
  /** Whether it is the last checkpoint of an epoch. */
  epochEnd: boolean;
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
export function entryOf(name: string, state: StateContent, bytes: number): CheckpointEntry {
  const { run, runId, step, epoch, config, history, dataset, examplesSeen, savedAt } = state;
  const correct = history.testCorrect.at(-1);
  const testAccuracy = correct === undefined ? null : correct / dataset.testCount;
  const tested = history.testCounter.at(-1) === examplesSeen;
  const perEpoch = stepsPerEpoch(state);
  return {
    name,
    run,
    runId,
    step,
    epoch,
    epochs: config.epochs,
    finished: step >= config.epochs * perEpoch && tested,
    testAccuracy,
    ownAccuracy: tested ? testAccuracy : null,
    epochEnd: step > 0 && step % perEpoch === 0,
    bytes,
    savedAt,
  };
}
