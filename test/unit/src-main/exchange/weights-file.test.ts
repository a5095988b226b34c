import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../../../src-main/checkpoints/safetensors';
import { loadDataset } from '../../../../src-main/data/load';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { toBatch } from '../../../../src-main/data/batches';
import { withoutDropout } from '../../../../src-main/network/dropout';
import { createNetwork } from '../../../../src-main/network/create-network';
import { type Weights, parameterNames, parameterShapes, zeroWeights } from '../../../../src-main/network/parameters';
import { evaluateAll } from '../../../../src-main/training/evaluate';
import reference from '../../../fixtures/pytorch/reference.json' with { type: 'json' };
import torchFiles from '../../../fixtures/pytorch/torch-files.json' with { type: 'json' };
import { temporaryFolder } from '../../temporary-folder';
import { BUNDLED, largestDifference } from './exported';
import { safetensorsFile } from './safetensors-file';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/pytorch');
/** PyTorch's weights after the article's three epochs. */
const ARTICLE = join(FIXTURES, 'article.safetensors');

let data: MnistDataset;

/** The difference from PyTorch's weights after training steps 11 to 20 of reference.json. */
function differenceAfterTenSteps(expected: Weights, weights: Weights, momentumBuffers = zeroWeights()): number {
  const network = createNetwork(weights, momentumBuffers);
  for (let step = 10; step < 20; step++) {
    const indices = Array.from({ length: 64 }, (_, i) => step * 64 + i);
    network.trainStep(toBatch(data.train, indices), withoutDropout(64), { learningRate: 0.01, momentum: 0.5 });
  }
  const actual = network.weights();
  return Math.max(...parameterNames.map((name) => largestDifference(actual[name], expected[name])));
}

beforeAll(async () => {
  await loadTensorFlow();
  data = await loadDataset(null);
});

test.each([
  ['article.safetensors', reference.article] as const,
  ...(Object.entries(torchFiles) as [string, { loss: number; correct: number }][]),
])('%s reads as many test images correctly here as in PyTorch', async (file, expected) => {
  const { weights } = await readWeightsFile(join(FIXTURES, file));
  const { correct, loss, total } = evaluateAll(createNetwork(weights), data.test);
  expect(correct).toBe(expected.correct);
  expect(total).toBe(10_000);
  expect(Math.abs(loss - expected.loss)).toBeLessThan(2e-6);
});

describe('PyTorch files', () => {
  test('double precision gives exactly the same numbers as single precision', async () => {
    const { weights } = await readWeightsFile(ARTICLE);
    expect((await readWeightsFile(join(FIXTURES, 'article-f64.pth'))).weights).toEqual(weights);
  });

  test('half precision gives the same numbers in any memory order and kind of file', async () => {
    const { weights } = await readWeightsFile(join(FIXTURES, 'article-f16.safetensors'));
    expect((await readWeightsFile(join(FIXTURES, 'article-f16.pth'))).weights).toEqual(weights);
    const brain = await readWeightsFile(join(FIXTURES, 'article-bf16.safetensors'));
    expect((await readWeightsFile(join(FIXTURES, 'article-bf16-older.pth'))).weights).toEqual(brain.weights);
  });

  test('weights and momentum in the older format, saved on a GPU, equal those in the newer format', async () => {
    const newer = await readWeightsFile(join(FIXTURES, 'continued/model.pth'));
    const older = await readWeightsFile(join(FIXTURES, 'older/model.pth'));
    expect(older.weights).toEqual(newer.weights);
    expect(older.momentum).toEqual(newer.momentum);
    expect(newer.momentum).toMatchObject({ learningRate: 0.01, momentum: 0.5 });
  });

  test('both files together continue the training like PyTorch', async () => {
    const { weights, momentum } = await readWeightsFile(join(FIXTURES, 'continued/model.pth'));
    const expected = (await readWeightsFile(join(FIXTURES, 'trained.safetensors'))).weights;
    expect(differenceAfterTenSteps(expected, weights, momentum!.buffers)).toBeLessThan(1e-6);
    // Without its momentum, the result is different.
    expect(differenceAfterTenSteps(expected, weights)).toBeGreaterThan(1e-4);
  });

  test('whichever of the two is opened, the other is found', async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => join(folder, name);
    await copyFile(join(FIXTURES, 'continued/model.pth'), at('mnist_net.pt'));
    expect(await readWeightsFile(at('mnist_net.pt'))).toMatchObject({ momentum: null, note: null });
    await copyFile(join(FIXTURES, 'continued/optimizer.pth'), at('mnist_optim.pt'));
    const opened = await readWeightsFile(at('mnist_net.pt'));
    expect(opened.momentum).not.toBeNull();
    expect(opened.origin).toMatchObject({ file: 'mnist_net.pt', optimizer: { file: 'mnist_optim.pt' } });
    expect(opened.note).toBe('Momentum from mnist_optim.pt (SGD, learning rate 0.01, momentum 0.5).');
    expect(await readWeightsFile(at('mnist_optim.pt'))).toEqual(opened);
  });

  test('one file with both, beside losses, gives the momentum too', async () => {
    const both = await readWeightsFile(join(FIXTURES, 'checkpoint.pth'));
    const { weights, momentum } = await readWeightsFile(join(FIXTURES, 'continued/model.pth'));
    expect(both.momentum).not.toBeNull();
    for (const name of parameterNames) {
      expect(largestDifference(both.weights[name], weights[name])).toBeLessThan(3e-4);
      expect(largestDifference(both.momentum!.buffers[name], momentum!.buffers[name])).toBeLessThan(1e-3);
    }
  });

  test('an optimizer without its network says what is missing; a damaged one leaves the network usable', async () => {
    const folder = await temporaryFolder();
    const optimizer = join(folder, 'optimizer.pth');
    await copyFile(join(FIXTURES, 'continued/optimizer.pth'), optimizer);
    await expect(readWeightsFile(optimizer)).rejects.toThrow('Open the network that was saved with it');
    await truncate(optimizer, 5000);
    const model = join(folder, 'model.pth');
    await copyFile(join(FIXTURES, 'continued/model.pth'), model);
    const opened = await readWeightsFile(model);
    expect(opened.momentum).toBeNull();
    expect(opened.note).toMatch(/^Training will start without momentum\. .*optimizer\.pth .* damaged or incomplete/);
  });

  test('a whole network object is refused with advice', async () => {
    await expect(readWeightsFile(join(FIXTURES, 'whole-network.pth'))).rejects.toThrow(
      /it refers to article_network\.Net, .*torch\.save\(network\.state_dict\(\), …\)/,
    );
  });
});

test("a checkpoint's momentum is not taken for a network", async () => {
  await expect(readWeightsFile(join(BUNDLED, 'optimizer.safetensors'))).rejects.toThrow(
    'it contains only the momentum. Open model.safetensors, which is beside it in a checkpoint.',
  );
  expect((await readWeightsFile(join(BUNDLED, 'model.safetensors'))).momentum).toBeNull();
});

test('prefixes that all names share are removed, others are not', async () => {
  const file = join(await temporaryFolder(), 'prefixed.safetensors');
  const tensors = (prefix: string) =>
    parameterNames.map((name) => ({ name: prefix + name, shape: parameterShapes[name], type: 'F64' as const }));
  for (const prefix of ['module.', '_orig_mod.', 'model.', 'model._orig_mod.', 'net.module.']) {
    await writeFile(file, safetensorsFile(tensors(prefix)));
    expect((await readWeightsFile(file)).weights, prefix).toEqual(zeroWeights());
  }
  await writeFile(file, safetensorsFile([...tensors('model.'), { name: 'ema.fc2.bias', shape: [10], type: 'F32' }]));
  await expect(readWeightsFile(file)).rejects.toThrow('conv1.weight is missing; it has "model.conv1.weight" instead.');
});

test('other networks are described by their layers', async () => {
  const file = join(await temporaryFolder(), 'other.safetensors');
  const layers = (...shapes: number[][]) =>
    safetensorsFile(
      shapes.flatMap((shape, i) => [
        { name: `layer${i}.weight`, shape, type: 'BF16' as const },
        { name: `layer${i}.bias`, shape: [shape[0]!], type: 'BF16' as const },
      ]),
    );
  const cases: [Buffer, string][] = [
    [
      layers([32, 1, 3, 3], [64, 32, 3, 3], [128, 92], [10, 128]),
      "it contains a network with 32 and 64 channels, but the article's has 10 and 20 channels",
    ],
    [
      layers([10, 1, 5, 5], [20, 10, 5, 5], [100, 320], [10, 100]),
      "it contains a network with linear layers of 100 and 10 units, but the article's has linear layers of 50 and 10 units",
    ],
    [
      layers([128, 784], [10, 128]),
      "it contains a network without convolutions, but the article's has 10 and 20 channels",
    ],
    [layers([10, 1, 5, 5], [20, 10, 5, 5], [50, 320], [10, 50]), 'conv1.weight is missing'],
    [safetensorsFile([]), 'it contains no tensors'],
  ];
  for (const [bytes, words] of cases) {
    await writeFile(file, bytes);
    await expect(readWeightsFile(file)).rejects.toThrow(words);
  }
});

test('files with other content are described as what they are', async () => {
  const folder = await temporaryFolder();
  const good = await readFile(ARTICLE);
  const zipOfOtherThings = await readFile(join(FIXTURES, 'continued/model.pth'));
  const cases: [string, Uint8Array | string, string][] = [
    ['short', good.subarray(0, 5000), 'it is incomplete or damaged: '],
    ['text', 'these are no weights', 'it is neither a .safetensors nor a PyTorch file'],
    ['empty', '', 'it is empty'],
    ['cut zip', zipOfOtherThings.subarray(0, 5000), 'its zip archive is damaged or incomplete'],
    [
      'other zip',
      Buffer.from(zipOfOtherThings.toString('latin1').replaceAll('data.pkl', 'text.pkl'), 'latin1'),
      'it is a zip archive of something else (model/text.pkl, ',
    ],
    ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', 'it is a Git LFS pointer'],
    ['page', '\n<!DOCTYPE html><html>', 'it is a web page; the download failed'],
    ['keras', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'it is an HDF5 file'],
    ['onnx', Buffer.from('\x08\x08\x12\x07pytorch', 'latin1'), 'it is an ONNX model'],
    ['gzip', Buffer.from('\x1f\x8b\x08\0', 'latin1'), 'it is compressed with gzip'],
    ['plain pickle', Buffer.from('\x80\x04\x95', 'latin1'), 'it is a Python pickle'],
    ['json', '{"format": "layers-model"}', 'it is a JSON file'],
    [
      'other shape',
      Buffer.from(good.toString('latin1').replace('[10,50]', '[50,10]'), 'latin1'),
      'fc2.weight has shape [50, 10] instead of [10, 50]',
    ],
    ['not finite', encodeSafetensors({ ...zeroWeights(), 'fc2.bias': new Float32Array(10).fill(NaN) }), 'not a finite'],
  ];
  for (const [name, bytes, words] of cases) {
    const file = join(folder, `${name}.safetensors`);
    await writeFile(file, bytes);
    await expect(readWeightsFile(file), name).rejects.toThrow(words);
    await expect(readWeightsFile(file), name).rejects.toThrow(file);
  }
  const large = join(folder, 'large.pth');
  await writeFile(large, '');
  await truncate(large, 3e9);
  await expect(readWeightsFile(large)).rejects.toThrow('it has 3,000 MB, but this network takes less than 1 MB');
  await mkdir(join(folder, 'folder.pth'));
  await expect(readWeightsFile(join(folder, 'folder.pth'))).rejects.toThrow('it is not a regular file');
  await expect(readWeightsFile(join(folder, 'none.pth'))).rejects.toThrow('no such file or folder');
});
