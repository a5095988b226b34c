import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { toBatch } from '../../../../src-main/data/batches';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { withoutDropout } from '../../../../src-main/network/dropout';
import { expectSameLogProbabilities, expectSameTraining } from './reference';

beforeAll(async () => {
  expect(await loadTensorFlow('wasm')).toMatchObject({ backend: 'wasm', problem: null });
  expect(tf.getBackend()).toBe('wasm');
});

test("PyTorch's weights give PyTorch's log-probabilities", expectSameLogProbabilities);

test("training without dropout gives PyTorch's gradients, losses and weights", () => expectSameTraining());

test('a learning rate that is far too high is noticed', async () => {
  const { train } = await loadDataset(null);
  const network = createNetwork(initialWeights(1));
  const batch = toBatch(
    train,
    Array.from({ length: 64 }, (_, i) => i),
  );
  const losses = Array.from({ length: 5 }, () =>
    network.trainStep(batch, withoutDropout(64), { learningRate: 1e30, momentum: 0.9 }),
  );
  expect(losses.every(Number.isFinite)).toBe(false);
  expect(network.copyTo(new Float32Array(21_840), new Float32Array(21_840))).toBe(false);
  network.dispose();
});

test('memory that cannot be allocated is an error, and earlier results are not changed', () => {
  const small = tf.tensor1d([1, 2, 3]);
  const backend = tf.backend() as unknown as BackendWasm;
  // Never written to, so that the system need not provide the memory. WebAssembly can address two of these, but not three.
  const allocate = () => backend.makeOutput([4.7e8], 'float32');
  const large = [allocate(), allocate()];
  expect(allocate).toThrow('out of memory');
  expect(() => backend.makeOutput([6e8], 'float32')).toThrow('out of memory');
  expect([...small.dataSync()]).toEqual([1, 2, 3]);
  for (const { dataId } of large) backend.disposeData(dataId);
  small.dispose();
});
