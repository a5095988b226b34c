import { noHistory } from '../../../../src-main/checkpoints/history-file';
import { type CheckpointState, type StateContent, stateOf } from '../../../../src-main/checkpoints/state-file';
import { defaultConfig } from '../../../../src-preload/schemas';

/** A run with 10 steps per epoch, tested after each epoch. @param correct of 100 images, for each test */
export function contentAt(step: number, correct: number[] = []): StateContent {
  const tests = correct.slice(0, Math.floor(step / 10) + 1);
  return {
    run: 'run-1',
    runId: '0b0e7a3c-7d55-4f0e-8c37-6a1d5d7f9e01',
    step,
    epoch: Math.ceil(step / 10),
    examplesSeen: step * 64,
    config: defaultConfig,
    history: {
      trainLosses: [2.3],
      trainCounter: [0],
      testLosses: tests.map(() => 1),
      testCounter: tests.map((_, i) => i * 640),
      testCorrect: tests,
    },
    dataset: { name: 'MNIST', sha256: 'a'.repeat(64), trainCount: 640, testCount: 100 },
    secondsTraining: 1,
    application: 'Digit Studio',
    device: 'CPU',
    savedAt: new Date(1_700_000_000_000 + step).toISOString(),
  };
}

/** The same as the state of a checkpoint outside a run. */
export function stateAt(step: number, correct: number[] = []): CheckpointState {
  return stateOf(contentAt(step, correct), noHistory);
}
