/** In a file of its own, hence in a process without the native library. */
import * as tf from '@tensorflow/tfjs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { exportModel } from '../../../../src-main/exchange/export';
import { readWeights } from '../../../../src-main/exchange/read-weights';
import { createNetwork } from '../../../../src-main/network/create-network';
import { serve } from '../../setup/local-server';
import { temporaryFolder } from '../../temporary-folder';
import { ARTICLE, BUNDLED, hundredImages, largestDifference, largestRelativeDifference } from './exported';

beforeAll(() => loadTensorFlow('javascript'));

/** @returns the log-probabilities, 100 x 10, of a model loaded as in a web page, and ours */
async function bothOf(path: string) {
  const weights = await readWeights(path);
  const folder = join(await temporaryFolder(), 'web');
  await exportModel(weights, folder);
  const address = await serve((request, response) => {
    void readFile(join(folder, request.url!)).then((bytes) => response.end(bytes));
  });
  const model = await tf.loadLayersModel(`${address}model.json`);
  expect(tf.getBackend()).toBe('cpu');
  const images = await hundredImages();
  // Raw grey values: the model normalises them itself.
  const output = model.predict(tf.tensor4d(Float32Array.from(images), [100, 28, 28, 1])) as tf.Tensor2D;
  expect(output.shape).toEqual([100, 10]);
  return { model, theirs: output.dataSync<'float32'>(), ours: createNetwork(weights).logProbabilities(images, 100) };
}

test.each([
  ["the article's network", ARTICLE, largestDifference],
  ['the bundled network', BUNDLED, largestRelativeDifference],
])('plain TensorFlow.js computes our log-probabilities: %s', async (_, path, difference) => {
  const { model, theirs, ours } = await bothOf(path);
  expect(difference(theirs, ours)).toBeLessThan(1e-5);
  expect(model.countParams()).toBe(21_840);
  expect(model.layers.map((layer) => layer.getClassName())).not.toContain('Dropout');
});
