import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { type NetworkParts, nothingOff } from '../../../../src-preload/schemas';
import { loadDataset } from '../../../../src-main/data/load';
import { PIXELS } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import { type Weights, disposeVariables, toVariables } from '../../../../src-main/network/parameters';
import { conv, toImages } from '../../../../src-main/network/plain/forward';
import { withoutParts } from '../../../../src-main/network/without-parts';
import { loadBundledModel } from '../../../../src-main/recognition/bundled-model';

const COUNT = 50;

let weights: Weights;
let pixels: Uint8Array;

beforeAll(async () => {
  await loadTensorFlow();
  weights = (await loadBundledModel()).network.weights();
  pixels = (await loadDataset(null)).test.images.subarray(0, COUNT * PIXELS);
});

/** 1 for each part that is on, 0 for each that is off. */
function mask(size: number, off: number[]): tf.Tensor1D {
  return tf.tensor1d(Array.from({ length: size }, (_, i) => (off.includes(i) ? 0 : 1)));
}

/** The forward pass, in which what the parts give to the next layer is multiplied by 0. */
function logProbabilitiesWithout(parts: NetworkParts): Float32Array {
  const network = toVariables(weights);
  const values = tf.tidy(() => {
    const first: tf.Tensor4D = tf.relu(conv(toImages(pixels, COUNT), network['conv1.weight'], network['conv1.bias']));
    const pooled: tf.Tensor4D = tf.mul(tf.maxPool(first, 2, 2, 'valid'), mask(10, parts.firstLayer));
    const second: tf.Tensor4D = tf.relu(conv(pooled, network['conv2.weight'], network['conv2.bias']));
    const maps = tf.mul(tf.maxPool(second, 2, 2, 'valid'), mask(20, parts.secondLayer));
    const flat: tf.Tensor2D = tf.reshape(maps, [COUNT, 320]);
    const hidden = tf.relu(tf.add(tf.matMul(flat, network['fc1.weight'] as tf.Tensor2D), network['fc1.bias']));
    const units: tf.Tensor2D = tf.mul(hidden, mask(50, parts.units));
    const scores = tf.add(tf.matMul(units, network['fc2.weight'] as tf.Tensor2D), network['fc2.bias']);
    return tf.logSoftmax(scores).dataSync<'float32'>();
  });
  disposeVariables(network);
  return values;
}

test.each<NetworkParts>([
  nothingOff,
  { firstLayer: [3], secondLayer: [], units: [] },
  { firstLayer: [], secondLayer: [0, 19], units: [] },
  { firstLayer: [], secondLayer: [], units: [0, 7, 49] },
  { firstLayer: [0, 9], secondLayer: [5], units: [21] },
  { firstLayer: [...Array(10).keys()], secondLayer: [], units: [] },
])('parts that are switched off give nothing to the next layer: %j', (parts) => {
  const network = createNetwork(withoutParts(weights, parts));
  const found = network.logProbabilities(pixels, COUNT);
  network.dispose();
  const expected = logProbabilitiesWithout(parts);
  found.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4));
});

test('the given weights stay as they are', () => {
  const before = structuredClone(weights);
  withoutParts(weights, { firstLayer: [1], secondLayer: [2], units: [3] });
  expect(weights).toEqual(before);
});
