import { type Page, _electron } from '@playwright/test';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { electronSwitches } from '../../setup/launch.mjs';
import { electronExecutable } from '../../setup/parts/electron.mjs';
import { loadDataset } from '../../src-main/data/load';
import { ROOT, type Studio, expect, test } from './studio';

const ARTICLE = join(ROOT, 'test/fixtures/pytorch/article.safetensors');

test('networks are exported to and opened from other programs', async ({ open, folder }) => {
  const studio = await open();
  await test.step('exported networks give the same answers in ONNX Runtime and in a browser', () =>
    takesNetworkOut(studio, folder));
  await test.step('weights saved by PyTorch read drawings, are tested, and are trained further', () =>
    bringsWeights(studio, folder));
});

async function takesNetworkOut(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  await studio.answerSaveDialog(join(folder, 'digits.onnx'));
  await studio.chooseInMenu('exportModel');
  await page.getByTestId('export-onnx').click();
  const saved = page.getByTestId('saved-notice');
  await expect(saved).toContainText('Saved digits.onnx');
  expect((await readFile(join(folder, 'digits.onnx'))).length).toBeGreaterThan(80_000);
  await studio.answerSaveDialog(join(folder, 'digits.json'));
  await studio.chooseInMenu('exportModel');
  await page.getByTestId('export-tensorflow-js').click();
  await expect(saved).toContainText('Saved digits.json');
  expect(await readFile(join(folder, 'digits.json'), 'utf8')).toContain('weightsManifest');
  // The dialog on Linux does not add the extension.
  await studio.answerSaveDialog(join(folder, 'digits'));
  await studio.chooseInMenu('exportModel');
  await page.getByTestId('export-safetensors').click();
  await expect(saved).toContainText('Saved digits.safetensors');
  await studio.app.evaluate(({ shell }) => {
    shell.showItemInFolder = (path) => void Object.assign(globalThis, { shown: path });
  });
  await page.getByTestId('show-saved-file').click();
  await expect
    .poll(() => studio.app.evaluate(() => (globalThis as { shown?: string }).shown))
    .toBe(join(folder, 'digits.safetensors'));

  const { test: set } = await loadDataset(null);
  const pixels = Array.from(set.images.subarray(0, 100 * 784));
  const session = await InferenceSession.create(join(folder, 'digits.onnx'));
  const images = new Tensor('float32', Float32Array.from(pixels), [100, 1, 28, 28]);
  const expected = (await session.run({ images })).log_probabilities!.data as Float32Array;
  const inBrowser = await withPlainPage([folder, join(ROOT, 'node_modules/@tensorflow/tfjs/dist')], (browserPage) =>
    predictInBrowser(browserPage, pixels),
  );
  expect(inBrowser).toHaveLength(1000);
  const differences = inBrowser.map((value, i) => Math.abs(value - expected[i]!) / Math.max(1, Math.abs(expected[i]!)));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
}

async function bringsWeights(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  const model = page.getByTestId('model');
  await expect(model).toContainText('on MNIST');

  const wrong = join(folder, 'notes.safetensors');
  await writeFile(wrong, 'no weights at all');
  await studio.answerFileDialog(wrong);
  await studio.chooseInMenu('openWeights');
  await expect(page.getByTestId('error-banner')).toContainText(
    "notes.safetensors does not contain this network's weights",
  );
  await expect(model).toContainText('on MNIST');

  await studio.answerFileDialog(ARTICLE);
  await studio.chooseInMenu('openWeights');
  await expect(page.getByTestId('error-banner')).toHaveCount(0);
  await expect(model).toHaveText(/^9[67]\.\d% on the test set$/);
  await expect(page.getByTestId('log')).toContainText(/^Test set: Avg\. loss: 0\.\d{4}, Accuracy: 9[67]\d\d\/10000/);
  await expect(page.getByTestId('sample-0')).toContainText('Prediction: ');
  await studio.draw([
    [
      [0.27, 0.22],
      [0.73, 0.22],
      [0.48, 0.82],
    ],
  ]);
  await expect(page.getByTestId('prediction')).toHaveText('7');
  await expect(page.getByTestId('model')).toHaveText(/^9[67]\.\d% on the test set$/);

  // No folder is chosen yet. Choosing one leaves the weights open.
  await studio.chooseFolder(folder);
  await expect(model).toHaveText(/^9[67]\.\d% on the test set$/);
  await page.getByTestId('new-run').click();
  await expect(page.getByTestId('start')).toHaveText('Train from article.safetensors');
  await page.getByTestId('start').click();
  await expect(page.getByTestId('log')).toContainText(/^Test set: Avg\. loss: 0\.\d{4}, Accuracy: 9[67]\d\d\/10000/);
  await expect(page.getByTestId('log')).toContainText('Train Epoch: 1 [1280/60000');
  await page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
  const state = await readFile(join(folder, 'run-1', 'step-00000000', 'state.json'), 'utf8');
  expect(JSON.parse(state)).toMatchObject({ origin: { file: 'article.safetensors' } });
}

/** Uses the model in a web page that has only TensorFlow.js. */
async function predictInBrowser(page: Page, pixels: number[]): Promise<number[]> {
  await page.addScriptTag({ url: '/tf.min.js' });
  return page.evaluate(async (values) => {
    const { tf } = window as unknown as { tf: typeof import('@tensorflow/tfjs') };
    // WebGL may compute with less precision.
    await tf.setBackend('cpu');
    const model = await tf.loadLayersModel('/digits.json');
    const output = model.predict(tf.tensor4d(values, [100, 28, 28, 1])) as import('@tensorflow/tfjs').Tensor;
    return Array.from(await output.data());
  }, pixels);
}

/** Calls `use` with an empty page in a plain Chromium, for which a server provides the files of these folders. */
async function withPlainPage<T>(folders: string[], use: (page: Page) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    if (request.url === '/') {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Digits</title>');
      return;
    }
    const name = basename(request.url!);
    Promise.any(folders.map((folder) => readFile(join(folder, name)))).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await _electron.launch({
    executablePath: electronExecutable(),
    args: [join(import.meta.dirname, 'plain-window'), ...electronSwitches(), address],
  });
  try {
    return await use(await browser.firstWindow());
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
