import { describe, expect, test } from 'vitest';
import { type CheckpointEntry, checkpointName } from '../../../../src-main/checkpoints/checkpoint-entry';
import { bestOf, obsoleteOf } from '../../../../src-main/checkpoints/retention';
import { defaultConfig } from '../../../../src-preload/schemas';

/** A checkpoint of a run with 10 steps per epoch. */
function entry(step: number, ownAccuracy: number | null = null): CheckpointEntry {
  return {
    name: checkpointName(step),
    run: 'run-1',
    runId: '0b0e7a3c-7d55-4f0e-8c37-6a1d5d7f9e01',
    step,
    epoch: Math.ceil(step / 10),
    epochs: 3,
    config: defaultConfig,
    dataset: 'MNIST',
    device: 'CPU · TensorFlow 2.21.0',
    originFile: null,
    examplesSeen: 0,
    secondsTraining: 0,
    finished: false,
    testAccuracy: null,
    ownAccuracy,
    epochEnd: step > 0 && step % 10 === 0,
    history: null,
    bytes: 1,
    savedAt: '2026-01-01T00:00:00.000Z',
  };
}
const names = (...steps: number[]) => steps.map(checkpointName);
const none = new Set<string>();

describe('of the checkpoints of a run', () => {
  test('any three are kept', () => {
    expect(obsoleteOf([], none)).toEqual([]);
    expect(obsoleteOf([entry(1), entry(2), entry(3)], none)).toEqual([]);
  });

  test('the newest three and the last of each epoch are kept, in any order', () => {
    const steps = [15, 3, 20, 1, 10, 21, 22, 23, 0];
    expect(obsoleteOf(steps.map((step) => entry(step)), none)).toEqual(names(15, 3, 1, 0)); // prettier-ignore
  });

  test('the best is kept, even if it is not the last of an epoch', () => {
    expect(obsoleteOf([entry(0, 0.98), entry(10, 0.97), ...[11, 12, 13].map((step) => entry(step))], none)).toEqual([]);
    expect(obsoleteOf([entry(0, 0.1), entry(10, 0.97), ...[11, 12, 13].map((step) => entry(step))], none)).toEqual(names(0)); // prettier-ignore
  });

  test('those needed on disk are kept', () => {
    const entries = [1, 2, 3, 4, 5, 6].map((step) => entry(step));
    expect(obsoleteOf(entries, new Set(names(2)))).toEqual(names(3, 1));
  });

  test('the best is the newest in a tie, and there is none before the first test', () => {
    expect(bestOf([entry(2), entry(1)])).toBeNull();
    expect(bestOf([entry(30, 0.9), entry(20, 0.95), entry(10, 0.95)])?.step).toBe(20);
    expect(bestOf([entry(10, 0)])?.step).toBe(10);
  });
});
