/**
 * Measures the engine in this process, without a window, and prints one line of JSON:
 *
 *     node --import tsx test/bench/engine.ts training|growth
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunConfig, defaultConfig } from '../../src-preload/schemas';
import { openStore } from '../../src-main/checkpoints/store';
import { type LabelledImages, type MnistDataset, loadDataset } from '../../src-main/data/mnist';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { evaluate } from '../../src-main/training/evaluate';
import { Session } from '../../src-main/training/session';
import { Trainer, initialState } from '../../src-main/training/trainer';

const NEVER = 100_000;
const MANY = 10_000;

export interface TrainingFigures {
  device: string;
  /** Milliseconds from one step to the next, a figure for each stretch of 280 steps. */
  step: number[];
  /** The same with a checkpoint every 10 steps; each stretch came after that of its place in `step`. */
  stepWithCheckpoints: number[];
  /** The same with augmentation and without checkpoints. */
  stepWithAugmentation: number[];
  /** Test images a second, a figure for each pass over the 10,000. */
  evaluation: number[];
}

export interface GrowthFigures {
  /** Training images a second by batch size. */
  batchSizes: Record<string, number>;
  /** Seconds for an epoch by the number of training images. */
  epochs: Record<string, number>;
  /** Resident memory, MB, after the 5th and after the 50th epoch of 10,000 images. */
  memory: { after5: number; after50: number };
}

/** A run that has been warmed up, to be continued in stretches. */
async function warmRun(
  data: MnistDataset,
  device: Awaited<ReturnType<typeof loadTensorFlow>>,
  settings: Partial<RunConfig>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-bench-'));
  const session = new Session(device, data, null, () => undefined);
  await session.useFolder(await openStore(folder));
  await session.start({ ...defaultConfig, epochs: MANY, ...settings }, undefined, 60);
  await session.settled();
  return {
    /** @returns milliseconds a step, all that happens between the steps included */
    async stretch(steps: number): Promise<number> {
      const began = performance.now();
      await session.resume(steps);
      await session.settled();
      return (performance.now() - began) / steps;
    },
    async end(): Promise<void> {
      await session.stop();
      session.dispose();
      await rm(folder, { recursive: true });
    },
  };
}

async function training(): Promise<TrainingFigures> {
  const device = await loadTensorFlow();
  const data = await loadDataset(null);
  const figures: TrainingFigures = {
    device: device.description,
    step: [],
    stepWithCheckpoints: [],
    stepWithAugmentation: [],
    evaluation: [],
  };
  const runs = [
    { run: await warmRun(data, device, { checkpointInterval: NEVER }), steps: figures.step },
    { run: await warmRun(data, device, { checkpointInterval: 10 }), steps: figures.stepWithCheckpoints },
    {
      run: await warmRun(data, device, { checkpointInterval: NEVER, augmentation: true }),
      steps: figures.stepWithAugmentation,
    },
  ];
  for (let i = 0; i < 5; i++) {
    for (const { run, steps } of runs) steps.push(await run.stretch(280));
  }
  for (const { run } of runs) await run.end();
  const { network } = new Trainer(data, defaultConfig, initialState(1));
  for (let i = 0; i < 6; i++) {
    const began = performance.now();
    const testing = evaluate(network, data.test, defaultConfig.testBatchSize);
    while (!testing.next().done);
    // The first pass warms up.
    if (i > 0) figures.evaluation.push((data.test.count / (performance.now() - began)) * 1000);
  }
  return figures;
}

async function growth(): Promise<GrowthFigures> {
  await loadTensorFlow();
  const data = await loadDataset(null);
  const figures: GrowthFigures = { batchSizes: {}, epochs: {}, memory: { after5: 0, after50: 0 } };
  for (const batchSize of [16, 64, 256, 1000]) {
    const trainer = new Trainer(data, { ...defaultConfig, epochs: MANY, batchSize }, initialState(1));
    const seconds = secondsFor(trainer, Math.ceil(20_000 / batchSize));
    figures.batchSizes[batchSize] = (Math.ceil(20_000 / batchSize) * batchSize) / seconds;
    trainer.dispose();
  }
  for (const count of [10_000, 60_000, 240_000]) {
    const repeated = { ...data, train: repeat(data.train, count) };
    const trainer = new Trainer(repeated, { ...defaultConfig, epochs: MANY }, initialState(1));
    figures.epochs[count] = secondsFor(trainer, trainer.stepsPerEpoch);
    trainer.dispose();
  }
  const small = { ...data, train: repeat(data.train, 10_000) };
  const trainer = new Trainer(small, { ...defaultConfig, epochs: 50 }, initialState(1));
  for (let epoch = 1; epoch <= 50; epoch++) {
    secondsFor(trainer, trainer.stepsPerEpoch, 0);
    if (epoch === 5) figures.memory.after5 = residentMemory();
  }
  figures.memory.after50 = residentMemory();
  return figures;
}

/** @param warmUp steps before the clock starts */
function secondsFor(trainer: Trainer, steps: number, warmUp = 10): number {
  for (let i = 0; i < warmUp; i++) trainer.trainStep();
  const began = performance.now();
  for (let i = 0; i < steps; i++) trainer.trainStep();
  return (performance.now() - began) / 1000;
}

function repeat({ images, labels, count }: LabelledImages, wanted: number): LabelledImages {
  const pixels = images.length / count;
  const repeated = { images: new Uint8Array(wanted * pixels), labels: new Uint8Array(wanted), count: wanted };
  for (let at = 0; at < wanted; at += count) {
    const part = Math.min(count, wanted - at);
    repeated.images.set(images.subarray(0, part * pixels), at * pixels);
    repeated.labels.set(labels.subarray(0, part), at);
  }
  return repeated;
}

function residentMemory(): number {
  return process.memoryUsage().rss / 1e6;
}

const parts = { training, growth };

async function main(name: string | undefined): Promise<void> {
  const part = Object.entries(parts).find(([known]) => known === name)?.[1];
  if (!part) throw new Error(`Name what to measure: ${Object.keys(parts).join(' or ')}.`);
  process.stdout.write(`${JSON.stringify(await part())}\n`);
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
