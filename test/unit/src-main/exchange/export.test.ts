import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { exportModel } from '../../../../src-main/exchange/export';
import { readWeights } from '../../../../src-main/exchange/read-weights';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { createNetwork } from '../../../../src-main/network/create-network';
import { type Weights, parameterNames } from '../../../../src-main/network/parameters';
import { temporaryFolder } from '../../temporary-folder';
import { ARTICLE, BUNDLED, hundredImages, largestDifference, largestRelativeDifference } from './exported';

let images: Uint8Array;

beforeAll(async () => {
  expect(await loadTensorFlow()).toMatchObject({ backend: 'tensorflow' });
  images = await hundredImages();
});

/** @returns the log-probabilities, 100 x 10, that ONNX Runtime and we compute for the same images */
async function bothOf(weights: Weights) {
  const file = join(await temporaryFolder(), 'model.onnx');
  expect(await exportModel(weights, file)).toEqual([file]);
  const session = await InferenceSession.create(file);
  // Raw grey values: the graph normalises them itself.
  const input = new Tensor('float32', Float32Array.from(images), [100, 1, 28, 28]);
  const { log_probabilities: output } = await session.run({ images: input });
  expect(output!.dims).toEqual([100, 10]);
  return { theirs: output!.data as Float32Array, ours: createNetwork(weights).logProbabilities(images, 100) };
}

test("ONNX Runtime computes our log-probabilities: the article's network", async () => {
  const { theirs, ours } = await bothOf(await readWeights(ARTICLE));
  expect(largestDifference(theirs, ours)).toBeLessThan(1e-5);
});

test('ONNX Runtime computes our log-probabilities: the bundled network', async () => {
  const { theirs, ours } = await bothOf(await readWeights(BUNDLED));
  expect(largestRelativeDifference(theirs, ours)).toBeLessThan(1e-5);
});

test('safetensors are read back exactly', async () => {
  const file = join(await temporaryFolder(), 'model.safetensors');
  const weights = await readWeights(BUNDLED);
  await exportModel(weights, file);
  expect((await readWeightsFile(file)).weights).toEqual(weights);
});

test("a .pth file is read back exactly, has PyTorch's layout, and is the same each time", async () => {
  const file = join(await temporaryFolder(), 'model.pth');
  const weights = await readWeights(BUNDLED);
  await exportModel(weights, file);
  expect((await readWeightsFile(file)).weights).toEqual(weights);
  const bytes = await readFile(file);
  await exportModel(weights, file);
  expect(await readFile(file)).toEqual(bytes);
  // Each tensor's values are uncompressed in the file, aligned so that they can be mapped into memory.
  for (const name of parameterNames) {
    const at = bytes.indexOf(Buffer.from(weights[name].buffer, weights[name].byteOffset, weights[name].byteLength));
    expect(at).toBeGreaterThan(0);
    expect(at % 64).toBe(0);
  }
});

test('the name determines the format, and older files are replaced completely', async () => {
  const folder = await temporaryFolder();
  const weights = await readWeights(BUNDLED);
  const at = (...names: string[]) => join(folder, ...names);
  await mkdir(at('there.already'));
  await writeFile(at('Old.ONNX'), 'old');
  expect(await exportModel(weights, at('Old.ONNX'))).toEqual([at('Old.ONNX')]);
  expect((await readFile(at('Old.ONNX'))).length).toBeGreaterThan(80_000);
  expect(await exportModel(weights, at('web.json'))).toEqual([at('web.json'), at('web.weights.bin')]);
  for (const path of ['there.already', 'new/one']) {
    const files = [at(path, 'model.json'), at(path, 'model.weights.bin')];
    expect(await exportModel(weights, at(path))).toEqual(files);
  }
  // Nothing else is left behind.
  expect((await readdir(folder)).sort()).toEqual(['Old.ONNX', 'new', 'there.already', 'web.json', 'web.weights.bin']);

  await expect(exportModel(weights, at('model.h5'))).rejects.toThrow('Choose a name ending in .onnx, .json');
  await expect(exportModel(weights, at('Old.ONNX', 'model.onnx'))).rejects.toThrow(/model\.onnx could not be written/);
});
