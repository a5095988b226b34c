/** Writes runs that were never trained, for tests where only the files matter. */
import { randomUUID } from 'node:crypto';
import { openStore } from '../src-main/checkpoints/store';
import { loadDataset } from '../src-main/data/load';
import { initialState } from '../src-main/training/trainer';
import type { Weights } from '../src-main/network/parameters';
import { defaultConfig } from '../src-preload/schemas';

let mnist: ReturnType<typeof loadDataset> | null = null;

interface MadeUpRun {
  /** The number of reported losses, one per step. */
  points: number;
  /** @default 2 */
  epochs?: number;
  /** The folder's name; by default the next free one. */
  run?: string;
  weights?: Weights;
  /** The data that it claims to be trained on; MNIST by default. */
  data?: { name: string; sha256: string };
}

/**
 * Writes a run with a made-up loss for each step. Its only checkpoint is written like any other, and the run can be
 * resumed.
 * @param folder the checkpoint folder
 * @returns the name of the run
 */
export async function writeMadeUpRun(
  folder: string,
  { points, epochs = 2, run: wanted, weights: given, data }: MadeUpRun,
): Promise<string> {
  const { train, test, ...loaded } = await (mnist ??= loadDataset(null));
  const { name, sha256 } = data ?? loaded;
  const batch = defaultConfig.batchSize;
  const stepsPerEpoch = Math.ceil(train.count / batch);
  const seenAfter = (step: number) => Math.floor(step / stepsPerEpoch) * train.count + (step % stepsPerEpoch) * batch;
  const tests = Array.from({ length: Math.floor(points / stepsPerEpoch) + 1 }, (_, epoch) => epoch);
  const store = await openStore(folder);
  const { run, lock } = await store.create(wanted);
  const { weights, momentumBuffers } = initialState(defaultConfig.seed);
  const content = {
    run,
    runId: randomUUID(),
    step: points,
    epoch: Math.ceil(points / stepsPerEpoch),
    examplesSeen: seenAfter(points),
    config: { ...defaultConfig, epochs, logInterval: 1, checkpointInterval: 100_000 },
    history: {
      // Falls and fluctuates like the loss of single batches.
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
  await store.write(content, given ?? weights, momentumBuffers);
  lock.release();
  return run;
}
