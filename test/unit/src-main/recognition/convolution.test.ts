import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { type Weights, zeroWeights } from '../../../../src-main/network/parameters';
import { disposeVariables, toVariables } from '../../../../src-main/network/plain/variables';
import { conv, toImages } from '../../../../src-main/network/plain/forward';
import { withoutParts } from '../../../../src-main/network/without-parts';
import { loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { convolutionAt } from '../../../../src-main/recognition/convolution';
import { type ConvolutionLayer, ConvolutionPlace, convolutions } from '../../../../src-preload/convolution';

let images: Uint8Array[];

beforeAll(async () => {
  await loadTensorFlow('wasm');
  const { test: set } = await loadDataset(null);
  images = [0, 5].map((i) => set.images.slice(i * 784, (i + 1) * 784));
});

/** TensorFlow's maps before pooling, and after pooling and ReLU: [side, side, maps]. */
function mapsOf(weights: Weights, pixels: Uint8Array) {
  const network = toVariables(weights);
  const maps = tf.tidy(() => {
    const next = (x: tf.Tensor4D) => tf.relu(tf.maxPool(x, 2, 2, 'valid'));
    const first = conv(toImages(pixels, 1), network['conv1.weight'], network['conv1.bias']);
    const second = conv(next(first), network['conv2.weight'], network['conv2.bias']);
    const values = (x: tf.Tensor4D) => tf.squeeze<tf.Tensor3D>(x, [0]).arraySync();
    return {
      firstLayer: { before: values(first), after: values(next(first)) },
      secondLayer: { before: values(second), after: values(next(second)) },
    };
  });
  disposeVariables(network);
  return maps;
}

function expectSame(weights: Weights, pixels: Uint8Array, layer: ConvolutionLayer, xs: number[]): void {
  const { before, after } = mapsOf(weights, pixels)[layer];
  const { maps, inputs } = convolutions[layer];
  for (let map = 0; map < maps; map++) {
    for (const x of xs) {
      for (const y of xs) {
        const found = convolutionAt(weights, pixels, { layer, map, x, y });
        expect(found.inputs).toHaveLength(inputs);
        expect(Math.abs(found.value - before[y]![x]![map]!)).toBeLessThan(1e-5);
        expect(Math.abs(found.result - after[y >> 1]![x >> 1]![map]!)).toBeLessThan(1e-5);
        // The numbers that are shown add up to the value, which is one of the window.
        const products = found.inputs.flatMap(({ patch, kernel }) => patch.map((value, i) => value * kernel[i]!));
        expect(products).toHaveLength(25 * inputs);
        const sums = found.inputs.reduce((sum, input) => sum + input.sum, 0);
        expect(products.reduce((sum, product) => sum + product, 0)).toBeCloseTo(sums, 9);
        expect(sums + found.bias).toBeCloseTo(found.value, 9);
        expect(found.window[(y % 2) * 2 + (x % 2)]).toBe(found.value);
        expect(found.window[found.winner]).toBe(Math.max(...found.window));
      }
    }
  }
}

test('every number is that of TensorFlow, at the edges too', async () => {
  const { network } = await loadBundledModel();
  for (const weights of [initialWeights(1), network.weights()]) {
    for (const pixels of images) {
      expectSame(weights, pixels, 'firstLayer', [0, 13, 23]);
      expectSame(weights, pixels, 'secondLayer', [0, 7]);
    }
  }
});

test('parts that are switched off give nothing', () => {
  const weights = withoutParts(initialWeights(1), { firstLayer: [2], secondLayer: [4], units: [] });
  const off = convolutionAt(weights, images[0]!, { layer: 'secondLayer', map: 4, x: 3, y: 3 });
  expect([off.value, off.bias, off.result]).toEqual([0, 0, 0]);
  const other = convolutionAt(weights, images[0]!, { layer: 'secondLayer', map: 5, x: 3, y: 3 });
  expect(other.inputs[2]!.patch.every((value) => value === 0)).toBe(true);
  expectSame(weights, images[0]!, 'secondLayer', [3]);
});

test('only pixels that exist can be asked for, and numbers that are none are refused', () => {
  expect(ConvolutionPlace.safeParse({ layer: 'firstLayer', map: 9, x: 23, y: 23 }).success).toBe(true);
  for (const wrong of [{ map: 10 }, { x: 24 }, { y: -1 }, { x: 0.5 }, { layer: 'thirdLayer' }]) {
    expect(ConvolutionPlace.safeParse({ layer: 'firstLayer', map: 0, x: 0, y: 0, ...wrong }).success).toBe(false);
  }
  const weights = zeroWeights();
  weights['conv1.bias'][0] = Infinity;
  expect(() => convolutionAt(weights, images[0]!, { layer: 'firstLayer', map: 0, x: 0, y: 0 })).toThrow('too large');
});
