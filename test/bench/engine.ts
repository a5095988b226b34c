/**
 * Measures the engine in this process, without a window, and prints one line of JSON:
 *
 *     node --import tsx test/bench/engine.ts training|growth|learning|limit|webassembly
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../../src-preload/contract';
import { type RunConfig, defaultConfig } from '../../src-preload/schemas';
import type { RunLock } from '../../src-main/checkpoints/lock';
import { CheckpointWriter } from '../../src-main/checkpoints/checkpoint-writer';
import { type CheckpointStore, openStore } from '../../src-main/checkpoints/store';
import { loadDataset } from '../../src-main/data/load';
import type { LabelledImages, MnistDataset } from '../../src-main/data/mnist';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { evaluate } from '../../src-main/training/evaluate';
import { OpenRun } from '../../src-main/session/open-run';
import { Trainer, initialState } from '../../src-main/training/trainer';
import { learning } from './learning';
import { limit } from './limit';
import { webassembly } from './webassembly';

const NEVER = 100_000;
const MANY = 10_000;

export interface TrainingFigures {
  device: string;
  /** Milliseconds from one step to the next, one value per group of 10 steps. */
  step: number[];
  /** The same with a checkpoint after each group; those at the same index were taken one after the other. */
  stepWithCheckpoints: number[];
  /** The same with augmentation and without checkpoints. */
  stepWithAugmentation: number[];
  /** Test images per second, one value per pass over the 10,000. */
  evaluation: number[];
}

export interface GrowthFigures {
  /** Training images per second by batch size. */
  batchSizes: Record<string, number>;
  /** Seconds for an epoch by the number of training images. */
  epochs: Record<string, number>;
  /** Resident memory, MB, after the 5th and after the 50th epoch of 10,000 images. */
  memory: { after5: number; after50: number };
}

/** Does what the session's loop does: steps, checkpoints when due, and a turn for requests after each step. */
class Run {
  readonly #open: OpenRun;

  constructor(store: CheckpointStore, lock: RunLock, device: Device, data: MnistDataset, settings: Partial<RunConfig>) {
    const trainer = new Trainer(data, { ...defaultConfig, epochs: MANY, ...settings }, initialState(1));
    const { name, sha256, train, test } = data;
    const dataset = { name, sha256, trainCount: train.count, testCount: test.count };
    const provenance = { dataset, application: 'The bench', device: device.description };
    const identity = { name: RUN, id: randomUUID(), origin: null, lock };
    this.#open = new OpenRun(identity, trainer, new CheckpointWriter(store, () => undefined), provenance, 0, null);
  }

  /** @returns milliseconds per step */
  async steps(count: number): Promise<number> {
    const began = performance.now();
    for (let i = 0; i < count; i++) {
      this.#open.step();
      if (this.#open.checkpointDue) await this.#open.save();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return (performance.now() - began) / count;
  }
}

const RUN = 'run-1';
/** The steps between two checkpoints. Few, so that other work of the machine affects all variants alike. */
const GROUP = 10;
const GROUPS = 240;
const WARM_UP = 6;
/** Orders of the three runs in which each follows each of the others equally often. */
const ORDERS = [
  [0, 1, 2],
  [1, 0, 2],
  [1, 2, 0],
  [2, 1, 0],
  [2, 0, 1],
  [0, 2, 1],
];

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
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-bench-'));
  const store = await openStore(folder);
  const { lock } = await store.create(RUN);
  const runWith = (settings: Partial<RunConfig>) => new Run(store, lock, device, data, settings);
  const runs = [
    { run: runWith({ checkpointInterval: NEVER }), steps: figures.step },
    { run: runWith({ checkpointInterval: GROUP }), steps: figures.stepWithCheckpoints },
    { run: runWith({ checkpointInterval: NEVER, augmentation: true }), steps: figures.stepWithAugmentation },
  ];
  for (let i = 0; i < WARM_UP + GROUPS; i++) {
    for (const index of ORDERS[i % ORDERS.length]!) {
      const { run, steps } = runs[index]!;
      const milliseconds = await run.steps(GROUP);
      if (i >= WARM_UP) steps.push(milliseconds);
    }
  }
  lock.release();
  await rm(folder, { recursive: true, maxRetries: 10 });
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

const parts = { training, growth, learning, limit, webassembly };

async function main(name: string | undefined): Promise<void> {
  const part = Object.entries(parts).find(([known]) => known === name)?.[1];
  if (!part) throw new Error(`Name what to measure: ${Object.keys(parts).join(', ')}.`);
  process.stdout.write(`${JSON.stringify(await part())}\n`);
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
