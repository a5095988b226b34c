import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { bundledFolder, loadDataset } from '../../../../src-main/data/mnist';
import { temporaryFolder } from '../../temporary-folder';

const TEST_IMAGES = 't10k-images-idx3-ubyte';
const TEST_LABELS = 't10k-labels-idx1-ubyte';
const TRAIN_LABELS = 'train-labels-idx1-ubyte';

describe('the bundled MNIST', () => {
  test('has the 70,000 images', async () => {
    const { name, train, test } = await loadDataset(null);
    expect(name).toBe('MNIST');
    expect([train.count, test.count]).toEqual([60_000, 10_000]);
    expect(train.images).toHaveLength(60_000 * 784);
    // The first digits of the training and the test set, and how often each digit occurs in training.
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    const counts = Array.from({ length: 10 }, (_, digit) => train.labels.filter((label) => label === digit).length);
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });
});

// From the Debian package dataset-fashion-mnist, which set-up installs where it can.
const FASHION = '/usr/share/datasets/fashion-mnist';

test.skipIf(!existsSync(FASHION))('Fashion-MNIST, gzipped as it is distributed, loads as another set', async () => {
  const [fashion, mnist] = await Promise.all([loadDataset(FASHION), loadDataset(null)]);
  expect([fashion.train.count, fashion.test.count]).toEqual([60_000, 10_000]);
  expect([...fashion.train.labels.subarray(0, 5)]).toEqual([9, 0, 0, 3, 0]);
  expect(fashion.sha256).not.toBe(mnist.sha256);
});

describe("a folder of one's own", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    for (const name of ['train-images-idx3-ubyte', TRAIN_LABELS, TEST_IMAGES, TEST_LABELS]) {
      await symlink(join(bundledFolder(), name), join(folder, name));
    }
  });

  /** Replaces one of the files by its changed content. */
  async function change(name: string, edit: (bytes: Buffer) => Uint8Array): Promise<string> {
    const path = join(folder, name);
    const bytes = await readFile(path);
    await rm(path);
    await writeFile(path, edit(bytes));
    return path;
  }

  test('loads plain and gzipped files with the same content and checksum', async () => {
    const plain = await loadDataset(folder);
    await change(TEST_IMAGES, (bytes) => bytes);
    await writeFile(join(folder, `${TEST_IMAGES}.gz`), gzipSync(await readFile(join(folder, TEST_IMAGES))));
    await rm(join(folder, TEST_IMAGES));
    const gzipped = await loadDataset(folder);
    expect(gzipped.sha256).toBe(plain.sha256);
    expect(Buffer.compare(gzipped.test.images, plain.test.images)).toBe(0);
  });

  test('also under the names that some distributors use', async () => {
    await copyFile(join(folder, TEST_LABELS), join(folder, 't10k-labels.idx1-ubyte'));
    await rm(join(folder, TEST_LABELS));
    await expect(loadDataset(folder)).resolves.toMatchObject({ test: { count: 10_000 } });
  });

  test('a wrong magic number', async () => {
    const path = await change(TEST_IMAGES, (bytes) => bytes.fill(0x01, 0, 4));
    await expect(loadDataset(folder)).rejects.toThrow(
      `${path} is not an IDX file of unsigned bytes with 3 dimensions: it begins with 0x01010101, expected 0x00000803`,
    );
  });

  test.each([0, 3, 4, 15])('a file cut to %i bytes', async (length) => {
    const path = await change(TEST_IMAGES, (bytes) => bytes.subarray(0, length));
    await expect(loadDataset(folder)).rejects.toThrow(`${path} is truncated: it has ${length} bytes`);
  });

  test('a file cut in its data', async () => {
    const path = await change(TEST_IMAGES, (bytes) => bytes.subarray(0, -1));
    await expect(loadDataset(folder)).rejects.toThrow(
      `${path} is truncated: its header announces 10000 x 28 x 28 = 7840000 bytes of data, and there are 7839999`,
    );
  });

  test('a file with too much data', async () => {
    const path = await change(TEST_LABELS, (bytes) => Buffer.concat([bytes, bytes]));
    await expect(loadDataset(folder)).rejects.toThrow(`${path} is longer than it says`);
  });

  test('counts that differ', async () => {
    const path = await change(TEST_LABELS, (bytes) => {
      bytes.writeUInt32BE(9_999, 4);
      return bytes.subarray(0, -1);
    });
    await expect(loadDataset(folder)).rejects.toThrow(`${path} holds 9999 labels, expected 10000`);
  });

  test('a label over 9', async () => {
    const path = await change(TRAIN_LABELS, (bytes) => bytes.fill(10, 8 + 1234, 8 + 1235));
    await expect(loadDataset(folder)).rejects.toThrow(`${path} gives image 1234 the label 10, expected 0 to 9`);
  });

  test('images of another size', async () => {
    const path = await change(TEST_IMAGES, (bytes) => {
      bytes.writeUInt32BE(14, 8);
      bytes.writeUInt32BE(56, 12);
      return bytes;
    });
    await expect(loadDataset(folder)).rejects.toThrow(`${path} holds images of 14 x 56 pixels, expected 28 x 28`);
  });

  test('a missing file', async () => {
    await rm(join(folder, TRAIN_LABELS));
    await expect(loadDataset(folder)).rejects.toThrow(`${join(folder, TRAIN_LABELS)} is missing`);
  });

  test('a damaged gzip file', async () => {
    const bytes = gzipSync(await readFile(join(folder, TEST_LABELS)));
    await rm(join(folder, TEST_LABELS));
    await writeFile(join(folder, `${TEST_LABELS}.gz`), bytes.subarray(0, -20));
    await expect(loadDataset(folder)).rejects.toThrow(`${join(folder, TEST_LABELS)}.gz cannot be read`);
  });

  test('a folder in the place of a file', async () => {
    await rm(join(folder, TEST_LABELS));
    await mkdir(join(folder, TEST_LABELS));
    await expect(loadDataset(folder)).rejects.toThrow(`${join(folder, TEST_LABELS)} cannot be read: it is a folder`);
  });

  test('a file in the place of the folder, and none at all', async () => {
    const file = join(folder, TEST_LABELS);
    await expect(loadDataset(file)).rejects.toThrow(`${file} is not a folder`);
    await expect(loadDataset(join(folder, 'gone'))).rejects.toThrow('cannot be read: no such file or folder');
  });
});
