import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { identityOf } from '../../../../src-main/data/identity';
import { loadDataset, loadTestSet } from '../../../../src-main/data/load';
import { BUNDLED_SHA256, CLASSES, PIXELS, SIDE } from '../../../../src-main/data/mnist';
import { temporaryFolder } from '../../temporary-folder';
import {
  type Files,
  type SmallSets,
  TEST_IMAGES,
  TEST_LABELS,
  TRAIN_IMAGES,
  TRAIN_LABELS,
  csv,
  firstOf,
  idx,
  npy,
  packed,
  renamed,
  smallSets,
  writeFiles,
  zip,
} from './data-folders';

const MNIST_SHA256 = 'b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a';

describe('the bundled MNIST', () => {
  test('has the 70,000 images', async () => {
    const { name, sha256, train, test, notices } = await loadDataset(null);
    expect([name, notices]).toEqual(['MNIST', []]);
    // Checkpoints of every version refer to it.
    expect([sha256, BUNDLED_SHA256]).toEqual([MNIST_SHA256, MNIST_SHA256]);
    expect([train.count, test.count]).toEqual([60_000, 10_000]);
    expect(train.images).toHaveLength(60_000 * 784);
    // The first digits of the training and the test set, and how often each digit occurs in training.
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    const counts = Array.from({ length: 10 }, (_, digit) => train.labels.filter((label) => label === digit).length);
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });
});

// From the Debian package dataset-fashion-mnist, which set-up installs if possible.
const FASHION = '/usr/share/datasets/fashion-mnist';

test.skipIf(!existsSync(FASHION))('Fashion-MNIST, gzipped as distributed, loads as another dataset', async () => {
  const [fashion, mnist] = await Promise.all([loadDataset(FASHION), loadDataset(null)]);
  expect([fashion.train.count, fashion.test.count]).toEqual([60_000, 10_000]);
  expect([...fashion.train.labels.subarray(0, 5)]).toEqual([9, 0, 0, 3, 0]);
  expect(fashion.sha256).not.toBe(mnist.sha256);
});

let sets: SmallSets;
/** The checksum of the small sets, the same in any form. */
let sha256: string;

beforeAll(async () => {
  sets = await smallSets();
  sha256 = identityOf([sets.train, sets.test]);
});

const folderOf = async (files: Files) => writeFiles(await temporaryFolder(), files);

const without = (files: Files, name: string): Files =>
  Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
const gzipped = (files: Files) => packed(files, (bytes) => gzipSync(bytes));
const dotted = (name: string) => name.replace('-idx', '.idx');
const pixelNames = (prefix: string) => Array.from({ length: PIXELS }, (_, i) => `${prefix}${i}`).join(',');
const HTML = '<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head></html>\n';

/** QMNIST's labels: eight numbers per image, of which the first is the digit. */
const qmnistLabels = (labels: Uint8Array) =>
  idx(
    0x0c,
    [labels.length, 8],
    Array.from(labels).flatMap((label) => [label, 3, 0, 0, 0, 0, 0, 0]),
  );

const oneHot = (labels: Uint8Array) =>
  Uint8Array.from({ length: labels.length * CLASSES }, (_, i) =>
    Number(labels[Math.floor(i / CLASSES)] === i % CLASSES),
  );

const forms: Record<string, (small: SmallSets) => Files> = {
  'plain files': ({ files }) => files,
  'gzipped files': ({ files }) => renamed(gzipped(files), (name) => `${name}.gz`),
  'plain files named .gz': ({ files }) => renamed(files, (name) => `${name}.gz`),
  'gzipped files named as plain ones': ({ files }) => gzipped(files),
  'files gzipped twice': ({ files }) => renamed(gzipped(gzipped(files)), (name) => `${name}.gz`),
  'files gzipped in two parts': ({ files }) =>
    packed(files, (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 5)), gzipSync(bytes.subarray(5))])),
  'gzipped files with zeros after them': ({ files }) =>
    packed(files, (bytes) => Buffer.concat([gzipSync(bytes), Buffer.alloc(512)])),
  'one zip archive per file': ({ files }) =>
    renamed(
      packed(files, (bytes, name) => zip({ [name]: bytes })),
      (name) => `${name}.zip`,
    ),
  'one zip archive per file, named .gz': ({ files }) =>
    renamed(
      packed(files, (bytes, name) => zip({ [name]: bytes })),
      (name) => `${name}.gz`,
    ),
  'one zip archive': ({ files }) => ({ 'archive.zip': zip(files) }),
  'names with a dot': ({ files }) => renamed(files, dotted),
  'names with a dot for the test set': ({ files }) =>
    renamed(files, (name) => (name.startsWith('t10k') ? dotted(name) : name)),
  'names with underscores': ({ files }) => renamed(files, (name) => name.replaceAll('-', '_')),
  'names in capitals': ({ files }) => renamed(files, (name) => name.toUpperCase()),
  'names of second downloads': ({ files }) => renamed(gzipped(files), (name) => `${name} (1).gz`),
  'test for t10k': ({ files }) => renamed(files, (name) => name.replace('t10k', 'test')),
  "EMNIST's names": ({ files }) =>
    renamed(gzipped(files), (name) => `emnist-digits-${name.replace('t10k', 'test')}.gz`),
  'several sets of EMNIST, most with letters': ({ files, train }) => ({
    ...renamed(files, (name) => `emnist-digits-${name}`),
    ...renamed(files, (name) => `emnist-balanced-${name}`),
    [`emnist-balanced-${TRAIN_LABELS}`]: idx(
      0x08,
      [train.count],
      train.labels.map((_, i) => i % 47),
    ),
  }),
  "QMNIST's names and labels": ({ files, train, test: testSet }) => ({
    'qmnist-train-images-idx3-ubyte.gz': gzipSync(files[TRAIN_IMAGES]!),
    'qmnist-train-labels-idx2-int.gz': gzipSync(qmnistLabels(train.labels)),
    'qmnist-test-images-idx3-ubyte.gz': gzipSync(files[TEST_IMAGES]!),
    'qmnist-test-labels-idx2-int.gz': gzipSync(qmnistLabels(testSet.labels)),
  }),
  "torchvision's folder": ({ files }) => ({
    ...renamed(files, (name) => `MNIST/raw/${name}`),
    ...renamed(gzipped(files), (name) => `MNIST/raw/${name}.gz`),
  }),
  "Kaggle's folders that hold a file": ({ files }) => renamed(files, (name) => `${name}/${name}`),
  'a broken plain file beside a good gzipped one': ({ files }) => ({
    ...renamed(gzipped(files), (name) => `${name}.gz`),
    [TRAIN_IMAGES]: '',
  }),
  'a web page beside a good file': ({ files }) => ({ ...files, [`${TRAIN_IMAGES}.gz`]: HTML }),
  'a newline after the labels': ({ files }) => ({
    ...files,
    [TRAIN_LABELS]: Buffer.concat([files[TRAIN_LABELS]!, Buffer.from('\n')]),
  }),
  'images with an extra dimension of 1': ({ files, train }) => ({
    ...files,
    [TRAIN_IMAGES]: idx(0x08, [train.count, SIDE, SIDE, 1], train.images),
  }),
  'images in rows of 784': ({ files, train }) => ({
    ...files,
    [TRAIN_IMAGES]: idx(0x08, [train.count, PIXELS], train.images),
  }),
  'labels of 4 bytes': ({ files, train }) => ({ ...files, [TRAIN_LABELS]: idx(0x0c, [train.count], train.labels) }),
  'images of 2 bytes': ({ files, train }) => ({
    ...files,
    [TRAIN_IMAGES]: idx(0x0b, [train.count, SIDE, SIDE], train.images),
  }),
  'mnist.npz': ({ train, test: testSet }) => ({
    'mnist.npz': zip({
      'x_train.npy': npy([train.count, SIDE, SIDE], train.images),
      'y_train.npy': npy([train.count], train.labels),
      'x_test.npy': npy([testSet.count, SIDE, SIDE], testSet.images),
      'y_test.npy': npy([testSet.count], Buffer.from(Float64Array.from(testSet.labels).buffer), '<f8'),
    }),
  }),
  "KMNIST's archives of one array": ({ train, test: testSet }) => ({
    'kmnist-train-imgs.npz': zip({ 'arr_0.npy': npy([train.count, SIDE, SIDE], train.images) }),
    'kmnist-train-labels.npz': zip({ 'arr_0.npy': npy([train.count], train.labels) }),
    'kmnist-test-imgs.npz': zip({ 'arr_0.npy': npy([testSet.count, SIDE, SIDE], testSet.images) }),
    'kmnist-test-labels.npz': zip({ 'arr_0.npy': npy([testSet.count, CLASSES], oneHot(testSet.labels)) }),
  }),
  'tables without a header': ({ train, test: testSet }) => ({
    'mnist_train.csv': csv(train, null),
    'mnist_test.csv': csv(testSet, null),
  }),
  'tables with a header, zipped': ({ train, test: testSet }) => ({
    'archive.zip': zip({
      'mnist_train.csv': csv(train, `label,${pixelNames('pixel')}`),
      'mnist_test.csv': csv(testSet, `"label",${pixelNames('1x')}`).replaceAll('\n', '\r\n'),
    }),
  }),
  'tables with semicolons': ({ train, test: testSet }) => ({
    'train.csv': csv(train, null, ';'),
    'test.csv': csv(testSet, null, ';'),
  }),
  "tables with an old Macintosh's line ends": ({ train, test: testSet }) => ({
    'train.csv': csv(train, `label,${pixelNames('pixel')}`).replaceAll('\n', '\r'),
    'test.csv': csv(testSet, null).replaceAll('\n', '\r'),
  }),
};

test.each(Object.keys(forms))('%s load as the same images and labels', async (form) => {
  const folder = await folderOf(forms[form]!(sets));
  const loaded = await loadDataset(folder);
  expect(loaded.notices).toEqual([]);
  expect(loaded.train).toEqual(sets.train);
  expect(loaded.test).toEqual(sets.test);
  expect(loaded.sha256).toBe(sha256);
  expect((await loadTestSet(folder)).test).toEqual(sets.test);
});

describe('with a notice', () => {
  test('pixels from 0 to 1', async () => {
    const images = idx(
      0x0d,
      [sets.train.count, SIDE, SIDE],
      Float32Array.from(sets.train.images, (value) => value / 255),
    );
    const loaded = await loadDataset(await folderOf({ ...sets.files, [TRAIN_IMAGES]: images }));
    expect(loaded.train).toEqual(sets.train);
    expect(loaded.notices).toEqual([expect.stringContaining('has pixels from 0 to 1, which were multiplied by 255')]);
  });

  test('labels from 1 to 10', async () => {
    const labels = idx(
      0x08,
      [sets.train.count],
      sets.train.labels.map((label) => (label === 0 ? 10 : label)),
    );
    const loaded = await loadDataset(await folderOf({ ...sets.files, [TRAIN_LABELS]: labels }));
    expect(loaded.train).toEqual(sets.train);
    expect(loaded.notices).toEqual([expect.stringContaining('label 10 was read as the digit 0')]);
  });

  test("Kaggle's competition, whose test images have no labels: the last tenth is the test set", async () => {
    const withoutLabels = csv(sets.test, null).replace(/^\d,/gm, '');
    const folder = await folderOf({
      'train.csv': csv(sets.train, `label,${pixelNames('pixel')}`),
      'test.csv': `${pixelNames('pixel')}\n${withoutLabels}`,
    });
    const loaded = await loadDataset(folder);
    expect(loaded.train).toEqual(firstOf(sets.train, 36));
    expect([...loaded.test.labels]).toEqual([...sets.train.labels.subarray(36)]);
    expect(loaded.notices).toEqual([expect.stringContaining('so the last 4 of its images are used as one')]);
    expect((await loadTestSet(folder)).test).toEqual(loaded.test);

    const few = { 'train.csv': csv(firstOf(sets.train, 5), `label,${pixelNames('pixel')}`) };
    const { notices } = await loadDataset(
      await folderOf({ ...few, 'test.csv': `${pixelNames('pixel')}\n${withoutLabels}` }),
    );
    expect(notices).toEqual([expect.stringMatching(/so the last of its images is used as one\.$/)]);
  });
});

test('pictures in folders by digit, ordered as one of each digit at a time', async () => {
  const picture = (pixels: Uint8Array) => {
    const png = new PNG({ width: SIDE, height: SIDE });
    pixels.forEach((value, i) => png.data.set([value, value, value, 255], 4 * i));
    return PNG.sync.write(png);
  };
  const files: Files = {};
  for (const [folder, set] of [
    ['training', sets.train],
    ['testing', sets.test],
  ] as const) {
    set.labels.forEach((label, i) => {
      files[`${folder}/${label}/${i}.png`] = picture(set.images.subarray(i * PIXELS, (i + 1) * PIXELS));
    });
  }
  const folder = await folderOf(files);
  const { train, test: testSet } = await loadDataset(folder);
  expect([train.count, testSet.count]).toEqual([40, 20]);
  expect([...train.labels.subarray(0, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const firstZero = sets.train.labels.indexOf(0);
  expect(train.images.slice(0, PIXELS)).toEqual(sets.train.images.slice(firstZero * PIXELS, (firstZero + 1) * PIXELS));

  await writeFile(join(folder, 'testing', '3', '999.png'), PNG.sync.write(new PNG({ width: 32, height: 32 })));
  await expect(loadDataset(folder)).rejects.toThrow('999.png cannot be used: it has 32 x 32 pixels');
});

describe('a test set alone', () => {
  test('is enough to evaluate, but not to train', async () => {
    const folder = await folderOf({ [TEST_IMAGES]: sets.files[TEST_IMAGES]!, [TEST_LABELS]: sets.files[TEST_LABELS]! });
    expect((await loadTestSet(folder)).test).toEqual(sets.test);
    await expect(loadDataset(folder)).rejects.toThrow(`${folder} has no training set`);
  });

  test('a training set alone can train, with part of it as the test set, but not evaluate', async () => {
    const folder = await folderOf({
      [TRAIN_IMAGES]: sets.files[TRAIN_IMAGES]!,
      [TRAIN_LABELS]: sets.files[TRAIN_LABELS]!,
    });
    expect((await loadDataset(folder)).test.count).toBe(4);
    await expect(loadTestSet(folder)).rejects.toThrow(
      `${folder} has no test set, such as ${TEST_IMAGES} and ${TEST_LABELS}. It contains ${TRAIN_IMAGES}, ${TRAIN_LABELS}.`,
    );
  });
});

describe('is refused by name:', () => {
  /** Replaces one of the four files. */
  const broken: [what: string, name: string, content: (small: SmallSets) => Uint8Array | string, words: string][] = [
    ['a web page', TRAIN_IMAGES, () => HTML, 'it is a web page; the download failed, so download it again'],
    ['a web page named .gz', `${TEST_IMAGES}.gz`, () => HTML, 'it is a web page'],
    ['an empty file', TEST_LABELS, () => '', 'it is empty'],
    [
      'a cut file',
      TEST_IMAGES,
      ({ files }) => files[TEST_IMAGES]!.subarray(0, -1),
      'it is cut off: according to its header it has 20 x 28 x 28 = 15,680 bytes of data, but there are 15,679',
    ],
    [
      'a file cut in its header',
      TEST_IMAGES,
      ({ files }) => files[TEST_IMAGES]!.subarray(0, 15),
      'it is cut off after 15 bytes',
    ],
    [
      'a cut gzip file',
      TEST_IMAGES,
      ({ files }) => gzipSync(files[TEST_IMAGES]!).subarray(0, -20),
      'its gzip data is cut off',
    ],
    [
      'a damaged gzip file',
      TEST_IMAGES,
      ({ files }) => gzipSync(files[TEST_IMAGES]!).fill(7, 30, 60),
      'its gzip data is damaged',
    ],
    [
      'a cut zip archive',
      TEST_IMAGES,
      ({ files }) => zip(files).subarray(0, 900),
      'its zip archive is damaged or incomplete',
    ],
    [
      'too much data',
      TEST_LABELS,
      ({ files }) => Buffer.concat([files[TEST_LABELS]!, files[TEST_LABELS]!]),
      'it is too long: according to its header',
    ],
    [
      'too few labels',
      TEST_LABELS,
      ({ test: { labels } }) => idx(0x08, [19], labels.subarray(1)),
      'has 19 labels, but ',
    ],
    [
      'letters',
      TRAIN_LABELS,
      () =>
        idx(
          0x08,
          [40],
          Array.from({ length: 40 }, (_, i) => (i % 26) + 1),
        ),
      'it gives image 9 the label 10. Its labels range from 1 to 26',
    ],
    [
      'a label over 9',
      TEST_LABELS,
      ({ test: { labels } }) => idx(0x08, [20], labels.with(5, 10)),
      'it gives image 5 the label 10.',
    ],
    [
      'images of another size',
      TRAIN_IMAGES,
      () => idx(0x08, [40, 32, 32], new Uint8Array(40 * 32 * 32)),
      'its images have 32 x 32 pixels instead of 28 x 28',
    ],
    ['no images', TEST_IMAGES, () => idx(0x08, [0, 28, 28], []), 'it contains no images'],
    [
      'pixels below 0',
      TEST_IMAGES,
      () => idx(0x0d, [20, 28, 28], new Float32Array(20 * PIXELS).fill(-0.5)),
      'its pixels range from -0.5 to -0.5 instead of 0 to 255 or 0 to 1',
    ],
    [
      'labels for images',
      TEST_IMAGES,
      ({ files }) => files[TEST_LABELS]!,
      'it contains labels (20 values) instead of images',
    ],
    [
      'images for labels',
      TEST_LABELS,
      ({ files }) => files[TEST_IMAGES]!,
      'it contains images (20 x 28 x 28 values) instead of labels',
    ],
    [
      'a little-endian header',
      TRAIN_IMAGES,
      ({ files }) => Buffer.from(files[TRAIN_IMAGES]!.subarray(0, 16)).swap32(),
      'little-endian',
    ],
    [
      'a Git LFS pointer',
      TRAIN_IMAGES,
      () => 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n',
      'it is a Git LFS pointer',
    ],
    ['another file', TEST_IMAGES, () => 'Hello, world', 'it is not an IDX file: it begins with 0x48656c6c'],
  ];

  test.each(broken)('%s', async (_, name, content, words) => {
    const files = without(sets.files, name.replace('.gz', ''));
    const folder = await folderOf({ ...files, [name]: content(sets) });
    const refusal = await loadTestSet(folder).catch((error: unknown) => error as Error);
    expect(refusal).toMatchObject({ code: 'dataset-invalid' });
    expect((refusal as Error).message).toContain(words);
    expect((refusal as Error).message).toContain(join(folder, name));
  });

  test('a missing file, with what was found', async () => {
    const files = without(sets.files, TRAIN_LABELS);
    const folder = await folderOf(files);
    await expect(loadTestSet(folder)).rejects.toThrow(
      `${folder} has no labels for the training set: ${TRAIN_LABELS} (may be gzipped) is missing. It contains ${TEST_IMAGES}, ${TEST_LABELS}, ${TRAIN_IMAGES}.`,
    );
  });

  test('a folder without any dataset, with what was found', async () => {
    const folder = await folderOf({
      'model.h5': '\x89HDF',
      'mnist.pkl': Buffer.of(0x80, 3),
      'train-images.idx': sets.files[TRAIN_IMAGES]!,
    });
    await expect(loadDataset(folder)).rejects.toThrow(
      /contains no dataset that can be read. It contains mnist.pkl \(a Python pickle\), model.h5, train-images.idx \(an IDX file; rename it/,
    );
    const damaged = await folderOf({ 'mnist.npz': zip(sets.files).subarray(0, 900) });
    await expect(loadDataset(damaged)).rejects.toThrow(
      'It contains mnist.npz (its zip archive is damaged or incomplete).',
    );
    await expect(loadDataset(await temporaryFolder())).rejects.toThrow('It contains no files up to 5 folders deep.');
  });

  test('several datasets', async () => {
    const files = {
      ...renamed(sets.files, (name) => `MNIST/raw/${name}`),
      ...renamed(sets.files, (name) => `KMNIST/raw/${name}`),
    };
    const folder = await folderOf(files);
    await expect(loadDataset(folder)).rejects.toThrow(`${folder} contains several datasets: KMNIST/raw, MNIST/raw.`);
    await expect(loadDataset(join(folder, 'MNIST'))).resolves.toMatchObject({ sha256 });
  });

  test('a table with a short line or a word', async () => {
    const table = csv(sets.train, null).split('\n');
    const cut = [...table.slice(0, 3), table[3]!.slice(0, 800), ...table.slice(4)].join('\n');
    await expect(loadDataset(await folderOf({ 'train.csv': cut }))).rejects.toThrow(
      /line 4 has \d+ values, but the first line has 785/,
    );
    const word = [...table.slice(0, 3), table[3]!.replace(/,\d+$/, ',x')].join('\n');
    await expect(loadDataset(await folderOf({ 'train.csv': word }))).rejects.toThrow(
      'value 785 of line 4 is not a number',
    );
    await expect(loadDataset(await folderOf({ 'train.csv': 'a,b\n1,2\n' }))).rejects.toThrow('its lines have 2 values');
  });

  test('a folder in place of a file', async () => {
    const files = without(sets.files, TEST_LABELS);
    const folder = await folderOf(files);
    await mkdir(join(folder, TEST_LABELS));
    await expect(loadDataset(folder)).rejects.toThrow(`${join(folder, TEST_LABELS)} cannot be used: it is a folder`);
  });

  test('a file in place of the folder, or nothing', async () => {
    const folder = await folderOf(sets.files);
    const file = join(folder, TEST_LABELS);
    await expect(loadDataset(file)).rejects.toThrow(`The data in ${file} cannot be read: it is not a folder`);
    await expect(loadDataset(join(folder, 'gone'))).rejects.toThrow('cannot be read: no such file or folder');
  });

  test('a huge file, without reading it', async () => {
    const folder = await folderOf(sets.files);
    await truncate(join(folder, TRAIN_IMAGES), 2 ** 40);
    await expect(loadDataset(folder)).rejects.toThrow(
      'it has 1,099,511,627,776 bytes, more than the limit of 1,073,741,824',
    );
  });

  test.skipIf(process.platform === 'win32')('a pipe, without waiting for its other end', async () => {
    const files = without(sets.files, TEST_LABELS);
    const folder = await folderOf(files);
    const pipe = join(folder, TEST_LABELS);
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    await expect(loadDataset(folder)).rejects.toThrow(
      `${pipe} cannot be used: it is not a file but a pipe or a device`,
    );
    await expect(loadDataset(pipe)).rejects.toThrow('it is not a folder');
  });
});

test('images are inverted and transposed on request, which makes a different dataset', async () => {
  const folder = await folderOf(sets.files);
  const inverted = await loadDataset(folder, 'inverted');
  expect(inverted.train.images[0]).toBe(255 - sets.train.images[0]!);
  expect(inverted.remedy).toBe('inverted');
  const transposed = await loadDataset(folder, 'transposed');
  const [row, column] = [5, 12];
  expect(transposed.test.images[row * SIDE + column]).toBe(sets.test.images[column * SIDE + row]);
  expect(new Set([sha256, inverted.sha256, transposed.sha256]).size).toBe(3);
});
