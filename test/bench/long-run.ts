/** Runs whose chart has many points, for measuring. */
import { randomUUID } from 'node:crypto';
import { openStore } from '../../src-main/checkpoints/store';
import { loadDataset } from '../../src-main/data/load';
import { initialState } from '../../src-main/training/trainer';
import { defaultConfig } from '../../src-preload/schemas';

/**
 * Writes a run that has reported its loss at each of so many steps. Its losses are made up, its one checkpoint is
 * written as any other, and it goes on for an hour and more, reporting each step.
 * @param folder the checkpoint folder
 */
export async function writeLongRun(folder: string, points: number): Promise<void> {
  const { name, sha256, train, test } = await loadDataset(null);
  const batch = defaultConfig.batchSize;
  const stepsPerEpoch = Math.ceil(train.count / batch);
  const seenAfter = (step: number) => Math.floor(step / stepsPerEpoch) * train.count + (step % stepsPerEpoch) * batch;
  const tests = Array.from({ length: Math.floor(points / stepsPerEpoch) + 1 }, (_, epoch) => epoch);
  const store = await openStore(folder);
  const { run, lock } = await store.create();
  const { weights, momentumBuffers } = initialState(defaultConfig.seed);
  const content = {
    run,
    runId: randomUUID(),
    step: points,
    epoch: Math.ceil(points / stepsPerEpoch),
    examplesSeen: seenAfter(points),
    config: { ...defaultConfig, epochs: 2000, logInterval: 1, checkpointInterval: 100_000 },
    history: {
      // Falling, and up and down as a batch's loss is.
      trainLosses: Array.from({ length: points }, (_, i) => 0.2 + 2 * Math.exp(-i / 500) + 0.15 * Math.sin(i * i)),
      trainCounter: Array.from({ length: points }, (_, i) => seenAfter(i)),
      testLosses: tests.map((epoch) => 0.05 + 2.2 * Math.exp(-epoch)),
      testCounter: tests.map((epoch) => epoch * train.count),
      testCorrect: tests.map((epoch) => (epoch === 0 ? 980 : 9700)),
    },
    dataset: { name, sha256, trainCount: train.count, testCount: test.count },
    secondsTraining: points / 400,
    application: 'Digit Studio',
    device: 'none',
    savedAt: new Date().toISOString(),
  };
  await store.write(content, weights, momentumBuffers);
  lock.release();
}
