import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { toBatch } from '../../../../src-main/data/batches';
import { dropoutMasks } from '../../../../src-main/network/dropout';
import { GraphNetwork } from '../../../../src-main/network/graph/graph-network';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { toVector, zeroWeights } from '../../../../src-main/network/parameters';
import { PlainNetwork } from '../../../../src-main/network/plain/plain-network';
import { largestDifference } from '../exchange/exported';

let data: MnistDataset;

beforeAll(async () => {
  expect(await loadTensorFlow()).toMatchObject({ backend: 'tensorflow' });
  data = await loadDataset(null);
});

test.each([64, 65, 3, 2, 1])('batches of %i train as with automatic gradients, including dropout', (count) => {
  const networks = [GraphNetwork, PlainNetwork].map((Kind) => new Kind(initialWeights(1), zeroWeights()));
  const [graph, plain] = networks as [GraphNetwork, PlainNetwork];
  for (let step = 0; step < 10; step++) {
    const indices = Array.from({ length: count }, (_, i) => step * count + i);
    const [ours, reference] = networks.map((network) =>
      network.trainStep(toBatch(data.train, indices), dropoutMasks(count, 1, step), {
        learningRate: 0.01,
        momentum: 0.5,
      }),
    );
    expect(Math.abs(ours! - reference!)).toBeLessThan(1e-5);
    expect(largestDifference(toVector(graph.momentumBuffers()), toVector(plain.momentumBuffers()))).toBeLessThan(1e-5);
  }
  expect(largestDifference(toVector(graph.weights()), toVector(plain.weights()))).toBeLessThan(1e-5);
  const pixels = data.test.images.subarray(0, count * 784);
  expect(largestDifference(graph.logProbabilities(pixels, count), plain.logProbabilities(pixels, count))).toBeLessThan(
    1e-5,
  );
});
