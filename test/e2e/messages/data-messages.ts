/** Messages about a person's own data: why they cannot be used, and what is noticed about those that can. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import {
  type Files,
  type SmallSets,
  TEST_IMAGES,
  TEST_LABELS,
  TRAIN_IMAGES,
  TRAIN_LABELS,
  csv,
  idx,
  npy,
  packed,
  renamed,
  smallSets,
  writeFiles,
  zip,
} from '../../unit/src-main/data/data-folders';
import { writeSmallDataset } from '../../unit/src-main/small-dataset';
import type { Studio } from '../studio';
import { LONG_NAME, type Message, banner } from './message';

const WEB_PAGE = '<!DOCTYPE html><html><head><title>404 Not Found</title></head></html>';
const PIXELS = 28 * 28;

const without = (files: Files, ...names: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));

/** The files of data that cannot be used, by what is wrong with them. */
function unusable({ files, train, test }: SmallSets): Record<string, Files> {
  const images = Buffer.from(files[TRAIN_IMAGES]!);
  const labels = files[TRAIN_LABELS]!;
  const asCsv = { 'mnist_train.csv': csv(train, null), 'mnist_test.csv': csv(test, null) };
  const arrays = (x: Buffer) => ({
    'mnist.npz': zip({
      'x_train.npy': x,
      'y_train.npy': npy([40], train.labels),
      'x_test.npy': npy([20, 28, 28], test.images),
      'y_test.npy': npy([20], test.labels),
    }),
  });
  return {
    'no-dataset': { 'notes.txt': 'Scan the rest.', 'index.html': WEB_PAGE, [`${LONG_NAME}.heic`]: 'photo' },
    'web-page': { ...files, [TRAIN_IMAGES]: WEB_PAGE },
    'cut-off': { ...files, [TRAIN_IMAGES]: images.subarray(0, 20_000) },
    'cut-off-gzip': packed(files, (bytes) => gzipSync(bytes).subarray(0, -9)),
    'too-long': { ...files, [TRAIN_IMAGES]: Buffer.concat([images, Buffer.from('more')]) },
    empty: { ...files, [TRAIN_IMAGES]: '' },
    swapped: { ...files, [TRAIN_IMAGES]: labels, [TRAIN_LABELS]: images },
    'too-few-labels': { ...files, [TRAIN_LABELS]: idx(0x08, [39], train.labels.subarray(0, 39)) },
    'no-labels': without(files, TEST_LABELS),
    several: { ...renamed(files, (name) => `first try/${name}`), ...renamed(files, (name) => `second try/${name}`) },
    letters: {
      ...files,
      [TRAIN_LABELS]: idx(
        0x08,
        [40],
        train.labels.map((label) => label + 15),
      ),
    },
    'other-size': { ...files, [TRAIN_IMAGES]: idx(0x08, [40, 32, 32], new Uint8Array(40 * 32 * 32)) },
    'pixels-out-of-range': {
      ...files,
      [TRAIN_IMAGES]: idx(
        0x0c,
        [40, 28, 28],
        [...train.images].map((x) => 300 * x),
      ),
    },
    'csv-columns': { ...asCsv, 'mnist_train.csv': '7,0,0,0\n1,0,0,0\n' },
    'csv-text': { ...asCsv, 'mnist_train.csv': `7${',0'.repeat(PIXELS)}\n1${',black'.repeat(PIXELS)}\n` },
    'numpy-order': arrays(npy([40, 28, 28], train.images, '|u1', true)),
    'numpy-type': arrays(npy([40, 28, 28], train.images, '|O')),
    'damaged-zip': { 'mnist.npz': zip(files).subarray(0, 3000) },
    'picture-size': pictures(64),
  };
}

/** A folder of pictures for each class. @param side in pixels */
function pictures(side: number): Files {
  const png = PNG.sync.write(new PNG({ width: side, height: side }));
  const names = ['train', 'test'].flatMap((part) => Array.from({ length: 10 }, (_, digit) => `${part}/${digit}/1.png`));
  return Object.fromEntries(names.map((name) => [name, png]));
}

export function dataMessages(folder: string): Message[] {
  let sets: SmallSets | null = null;
  const small = async () => (sets ??= await smallSets());
  /** Chooses the folder in the dialog for a new run. */
  const choose = async (studio: Studio, path: string) => {
    const { page } = studio;
    await studio.openNewRun();
    await page.getByTestId('choose-data').or(page.getByTestId('use-bundled-data')).waitFor();
    if ((await page.getByTestId('use-bundled-data').count()) > 0) await page.getByTestId('use-bundled-data').click();
    await studio.answerFolderDialog(path);
    await page.getByTestId('choose-data').click();
  };
  const refused = (name: string): Message => ({
    name: `data-${name}`,
    reach: async (studio) => {
      const path = join(folder, name, LONG_NAME);
      await writeFiles(path, unusable(await small())[name]!);
      await choose(studio, path);
      await banner(studio);
    },
  });
  const doubted = (name: string, write: (path: string) => Promise<void>): Message => ({
    name: `data-${name}`,
    reach: async (studio) => {
      const path = join(folder, name);
      await write(path);
      await choose(studio, path);
      await studio.page.getByTestId('data-doubt').waitFor();
    },
  });
  const kinds = [
    ...['no-dataset', 'web-page', 'cut-off', 'cut-off-gzip', 'too-long', 'empty', 'swapped', 'too-few-labels'],
    ...['no-labels', 'several', 'letters', 'other-size', 'pixels-out-of-range', 'csv-columns'],
    ...['csv-text', 'numpy-order', 'numpy-type', 'damaged-zip', 'picture-size'],
  ];
  return [
    ...kinds.map(refused),
    {
      name: 'data-folder-gone',
      reach: async (studio) => {
        await choose(studio, join(folder, 'gone', LONG_NAME));
        await banner(studio);
      },
    },
    doubted('inverted', (path) => writeSmallDataset(path, (value) => 255 - value)),
    {
      name: 'data-inverted-on-request',
      reach: async (studio) => {
        await studio.openNewRun();
        await studio.page.getByTestId('use-remedy').click();
        await studio.page.getByTestId('images-used').waitFor();
      },
    },
    doubted('relabelled', async (path) => {
      const { train, test, files } = await smallSets(640, 200);
      const next = (labels: Uint8Array) => labels.map((label) => (label + 1) % 10);
      await writeFiles(path, {
        ...files,
        [TRAIN_LABELS]: idx(0x08, [640], next(train.labels)),
        [TEST_LABELS]: idx(0x08, [200], next(test.labels)),
      });
    }),
    {
      name: 'data-without-test-set',
      reach: async (studio) => {
        const path = join(folder, 'without test set', LONG_NAME);
        await writeFiles(path, without((await small()).files, TEST_IMAGES, TEST_LABELS));
        await choose(studio, path);
        await studio.page.getByTestId('edit-class-names').waitFor();
      },
    },
    {
      name: 'data-noticed',
      reach: async (studio) => {
        const { train, files } = await small();
        const path = join(folder, 'noticed', LONG_NAME);
        await writeFiles(path, {
          ...files,
          [TRAIN_IMAGES]: idx(
            0x0d,
            [40, 28, 28],
            [...train.images].map((value) => value / 255),
          ),
          'classes.txt': 'zero\none\ntwo\n',
        });
        await choose(studio, path);
        await studio.page.getByTestId('edit-class-names').waitFor();
      },
    },
    ...[
      ['too-few', 'Coat\nBag'],
      ['twice', 'a\nb\nc\nd\ne\nf\ng\nh\nCoat\nCoat'],
      ['too-long', 'a\nb\nc\nd\ne\nf\ng\nh\ni\nAn ankle boot, or another shoe that covers the ankle'],
    ].map(([name, text]) => ({
      name: `class-names-${name}`,
      reach: async (studio: Studio) => {
        await studio.openNewRun();
        await studio.page.getByTestId('edit-class-names').click();
        await studio.page.getByTestId('class-names-text').fill(text!);
        await studio.page.getByTestId('class-names-problem').filter({ hasText: /\w/ }).waitFor();
      },
    })),
    {
      name: 'data-of-the-application-again',
      reach: async (studio) => {
        await studio.openNewRun();
        await studio.page.getByTestId('use-bundled-data').click();
        await studio.page.getByTestId('dataset').filter({ hasText: 'MNIST' }).waitFor();
      },
    },
  ];
}
