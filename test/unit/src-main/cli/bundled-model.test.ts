import { beforeAll, expect, test } from 'vitest';
import { withDrawings } from '../../../../src-main/cli/bundled-model/images';
import { train } from '../../../../src-main/cli/bundled-model/train';
import { type LabelledImages, PIXELS } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { NO_DIGIT, toBatch } from '../../../../src-main/data/batches';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { createNetwork } from '../../../../src-main/network/create-network';
import { smallDataset } from '../small-dataset';

const counts = { penDigits: 100, nonDigits: 60 };
let mnist: LabelledImages;

beforeAll(async () => {
  await loadTensorFlow();
  ({ train: mnist } = await smallDataset());
});

test('the bundled model learns from MNIST, drawn digits and other drawings', () => {
  const images = withDrawings(mnist, counts, 1);
  expect(images.count).toBe(800);
  expect(images.images.subarray(0, 640 * PIXELS)).toEqual(Uint8Array.from(mnist.images));
  expect([...images.labels.subarray(640, 660)]).toEqual([...Array(20).keys()].map((i) => i % 10));
  expect([...images.labels.subarray(740)]).toEqual(Array(60).fill(NO_DIGIT));
  for (let i = 640; i < 800; i++) {
    expect(Math.max(...images.images.subarray(i * PIXELS, (i + 1) * PIXELS))).toBeGreaterThanOrEqual(250);
  }
  const { labels } = toBatch(images, [641, 799]);
  expect([...labels]).toEqual([0, 1, ...Array<number>(8).fill(0), ...Array<number>(10).fill(Math.fround(0.1))]);
});

test('its first steps are the same each time, bit for bit', () => {
  const attempt = (seed: number) => {
    const network = createNetwork(initialWeights(seed));
    const schedule = { seed, epochs: 6, unaugmentedEpochs: 2, batchSize: 128, learningRate: 0.05, momentum: 0.9 };
    const epochs = [...train(network, withDrawings(mnist, counts, seed), schedule)].filter((done) => done !== null);
    const weights = network.weights();
    network.dispose();
    return { epochs, weights };
  };
  const first = attempt(1);
  expect(first.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(first.epochs[5]!.loss).toBeLessThan(first.epochs[0]!.loss);
  expect(attempt(1)).toEqual(first);
  expect(attempt(2).weights).not.toEqual(first.weights);
});
