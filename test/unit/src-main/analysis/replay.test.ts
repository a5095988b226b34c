import { beforeAll, expect, test } from 'vitest';
import { Replay, type ReplayedRun, type StepInParts } from '../../../../src-main/analysis/replay';
import { openStore } from '../../../../src-main/checkpoints/store';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type Weights, parameterNames } from '../../../../src-main/network/parameters';
import { Trainer, initialState } from '../../../../src-main/training/trainer';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';

/** Eleven steps an epoch, the last of them with 40 images. */
const config = { ...defaultConfig, batchSize: 60, logInterval: 1, augmentation: true };

let data: MnistDataset;
let replayed: ReplayedRun;

beforeAll(async () => {
  expect(await loadTensorFlow()).toMatchObject({ backend: 'tensorflow' });
  data = await smallDataset();
  replayed = { run: 'run-1', runId: '11111111-1111-4111-8111-111111111111', config, data, beganFromSeed: true };
});

/** `toEqual` takes a second for all parameters. */
const bytesOf = (values: Float32Array | Uint8Array) =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const bitsOf = (weights: Weights) => parameterNames.map((name) => bytesOf(weights[name]));

/** v = momentum * v + gradient; w = w - learning rate * v, each operation rounded to float32. */
function expectUpdate({ before, passes, after }: StepInParts): void {
  const { fround } = Math;
  const [rate, momentum] = [fround(config.learningRate), fround(config.momentum)];
  for (const name of parameterNames) {
    const gradient = passes.gradients[name];
    const buffers = before.momentumBuffers[name].map((value, i) => fround(fround(momentum * value) + gradient[i]!));
    expect(bytesOf(after.momentumBuffers[name])).toBe(bytesOf(buffers));
    const weights = before.weights[name].map((value, i) => fround(value - fround(rate * buffers[i]!)));
    expect(bytesOf(after.weights[name])).toBe(bytesOf(weights));
    // What the window shows as the change.
    const changes = Array.from(after.weights[name], (value, i) => value - before.weights[name][i]!);
    expect(bytesOf(before.weights[name].map((value, i) => value + changes[i]!))).toBe(bytesOf(weights));
  }
}

test("a step taken apart is the run's own step, bit for bit", async () => {
  const store = await openStore(await temporaryFolder());
  const live = new Trainer(data, config, initialState(config.seed));
  const replay = new Replay();
  for (let step = 1; step <= 23; step++) {
    const wanted = live.nextBatch();
    const loss = live.trainStep()!.loss;
    const parts = (await replay.partsOf(store, replayed, step))!;
    const { epoch, batchInEpoch, indices, batch, masks } = parts.trainedWith;
    expect([epoch, batchInEpoch, batch.count]).toEqual([Math.ceil(step / 11), (step - 1) % 11, step % 11 ? 60 : 40]);
    expect(indices).toEqual(wanted.indices);
    expect(bytesOf(batch.pixels)).toBe(bytesOf(wanted.batch.pixels));
    expect(bytesOf(masks.channels) + bytesOf(masks.units)).toBe(
      bytesOf(wanted.masks.channels) + bytesOf(wanted.masks.units),
    );
    expect([parts.before.step, parts.after.step]).toEqual([step - 1, step]);
    expect(bitsOf(parts.after.weights)).toEqual(bitsOf(live.network.weights()));
    expect(bitsOf(parts.after.momentumBuffers)).toEqual(bitsOf(live.network.momentumBuffers()));
    expect(parts.passes.loss).toBe(loss);
    const { losses } = parts.passes;
    expect(losses).toHaveLength(batch.count);
    // The run's loss is a float32.
    expect(Math.abs(losses.reduce((sum, value) => sum + value, 0) / losses.length - loss)).toBeLessThan(1e-6);
    expectUpdate(parts);
  }
  // Back and forth, as when a person clicks.
  const again = (await replay.partsOf(store, replayed, 3))!;
  expect(again.passesAfter.loss).not.toBe(again.passes.loss);
  const { before } = (await replay.partsOf(store, replayed, 4))!;
  expect(bitsOf(before.weights)).toEqual(bitsOf(again.after.weights));
  expect(await replay.partsOf(store, replayed, 9, () => false)).toBeNull();
  replay.dispose();
  live.dispose();
});
