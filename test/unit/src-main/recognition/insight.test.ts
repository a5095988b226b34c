import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { toGreyImage } from '../../../../src-main/data/grey-image';
import { loadDataset } from '../../../../src-main/data/load';
import { type MnistDataset, PIXELS, SIDE } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { activationsOf } from '../../../../src-main/recognition/activations';
import { lookInside } from '../../../../src-main/recognition/insight';
import { testDrawings } from '../../../../src-main/recognition/test-drawings';
import { mostLikely } from '../../../../src-main/training/evaluate';
import type { Weights } from '../../../../src-main/network/parameters';
import { disposeVariables, toVariables } from '../../../../src-main/network/plain/variables';
import { forward, toImages } from '../../../../src-main/network/plain/forward';

const greys = (image: string) => [...Buffer.from(image, 'base64')];
const largest = (values: number[]) => Math.max(...values.map(Math.abs));

describe('inside the network', () => {
  let data: MnistDataset;
  let bundled: BundledModel;
  let weights: Weights;
  const imageAt = (i: number) => data.test.images.subarray(i * PIXELS, (i + 1) * PIXELS);

  beforeAll(async () => {
    // Computes the reference for the saliency.
    await loadTensorFlow('wasm');
    data = await loadDataset(null);
    bundled = await loadBundledModel();
    weights = bundled.network.weights();
  });

  test("the kernels are PyTorch's conv1.weight, with zero as middle grey", () => {
    const { kernels } = lookInside(weights, imageAt(0));
    const values = [...weights['conv1.weight']];
    const scaled = values.map((value) => 128 + (127 * value) / largest(values));
    expect(kernels.side).toBe(5);
    const shown = kernels.images.flatMap(greys);
    expect(shown).toHaveLength(250);
    shown.forEach((grey, i) => expect(Math.abs(grey - scaled[i]!)).toBeLessThanOrEqual(0.51));
  });

  test('the first layer equals convolution and ReLU computed by hand', () => {
    const pixels = imageAt(1);
    const normalised = Array.from(pixels, (value) => (value / 255 - 0.1307) / 0.3081);
    const side = SIDE - 4;
    const expected = Array.from({ length: 10 * side * side }, (_, at) => {
      const [map, y, x] = [Math.floor(at / (side * side)), Math.floor(at / side) % side, at % side];
      let sum = weights['conv1.bias'][map]!;
      for (let k = 0; k < 25; k++) {
        sum += weights['conv1.weight'][map * 25 + k]! * normalised[(y + Math.floor(k / 5)) * SIDE + x + (k % 5)]!;
      }
      return Math.max(0, sum);
    });
    const { firstLayer, secondLayer } = lookInside(weights, pixels);
    expect([firstLayer.side, firstLayer.images.length]).toEqual([24, 10]);
    expect([secondLayer.side, secondLayer.images.length]).toEqual([8, 20]);
    const scale = 255 / largest(expected);
    firstLayer.images
      .flatMap(greys)
      .forEach((grey, i) => expect(Math.abs(grey - scale * expected[i]!)).toBeLessThanOrEqual(0.6));
  });

  test('the saliency is the effect of a small change of one pixel on the answer', () => {
    // Uneven paper, because the gradient is not unique where pooling chooses among equal values.
    const pixels = imageAt(2).map((value, i) => Math.min(232, value) + ((i * 37) % 23));
    const network = toVariables(weights);
    const images = toImages(pixels, 1);
    const digit = mostLikely(bundled.network.logProbabilities(pixels, 1));
    const score = (pixel: number, by: number) =>
      tf.tidy(() => {
        const moved = tf.add(images, tf.mul(tf.oneHot(tf.scalar(pixel, 'int32'), PIXELS).reshape([1, 28, 28, 1]), by));
        const scores = forward(network, moved as tf.Tensor4D, null).dataSync<'float32'>();
        return scores[digit]! - scores.reduce((a, b) => a + b) / 10;
      });
    const slope = (pixel: number) => Math.abs(score(pixel, 0.001) - score(pixel, -0.001)) / 0.002;
    const saliency = greys(lookInside(weights, pixels).saliency);
    const top = saliency.indexOf(255);
    for (const pixel of [top + 1, top - 1, top + 28, 300, 406, 500]) {
      expect(Math.abs(slope(pixel) / slope(top) - saliency[pixel]! / 255)).toBeLessThan(0.05);
    }
    disposeVariables(network);
    images.dispose();
  });

  test('every layer is that of TensorFlow', () => {
    for (let i = 0; i < 10; i++) {
      const { pooled2, scores } = activationsOf(weights, imageAt(i));
      const maps = bundled.network.maps(imageAt(i), 1);
      // TensorFlow's channels come last.
      const channelsFirst = Array.from(maps, (_, at) => maps[(at % 16) * 20 + Math.floor(at / 16)]!);
      expect(largest(channelsFirst.map((value, at) => value - pooled2.values[at]!))).toBeLessThan(1e-4);
      const sum = Math.log(scores.reduce((total, score) => total + Math.exp(score), 0));
      const answers = bundled.network.logProbabilities(imageAt(i), 1);
      expect(largest(Array.from(answers, (value, digit) => value + sum - scores[digit]!))).toBeLessThan(1e-4);
    }
  });

  test("a person's own drawings can be used as a test set", () => {
    const drawings = Array.from({ length: 100 }, (_, i) => ({
      id: String(i),
      label: data.test.labels[i]!,
      pixels: toGreyImage(imageAt(i)),
      heldOut: false,
      strokes: [],
    }));
    // The first is a 7; labelled as a 1, it counts as misread.
    drawings[0]!.label = 1;
    const { correct, wrong } = testDrawings(bundled.network, drawings);
    expect(correct + wrong.length).toBe(100);
    expect(correct).toBeGreaterThanOrEqual(97);
    expect(wrong).toContainEqual({ ...drawings[0]!, prediction: 7 });
    expect(testDrawings(bundled.network, [])).toEqual({ correct: 0, wrong: [] });
  });
});
