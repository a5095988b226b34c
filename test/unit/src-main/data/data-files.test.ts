import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { SIDE } from '../../../../src-main/data/mnist';
import { temporaryFolder } from '../../temporary-folder';
import { type Files, type SmallSets, npy, packed, renamed, smallSets, writeFiles, zip } from './data-folders';

let sets: SmallSets;
beforeAll(async () => {
  sets = await smallSets();
});

const folderOf = async (files: Files) => writeFiles(await temporaryFolder(), files);

test.each<[string, (small: SmallSets) => Files]>([
  ['a zip archive', ({ files }) => ({ 'inner.zip': zip(files) })],
  [
    'a zip archive for each file',
    ({ files }) => {
      const zipped = packed(files, (bytes, name) => zip({ [name]: bytes }));
      return renamed(zipped, (name) => `${name}.zip`);
    },
  ],
  [
    'mnist.npz',
    ({ train, test: testSet }) => ({
      'mnist/mnist.npz': zip({
        'x_train.npy': npy([train.count, SIDE, SIDE], train.images),
        'y_train.npy': npy([train.count], train.labels),
        'x_test.npy': npy([testSet.count, SIDE, SIDE], testSet.images),
        'y_test.npy': npy([testSet.count], testSet.labels),
      }),
    }),
  ],
])('%s in a zip archive is read', async (_, inner) => {
  const { train, test: testSet } = await loadDataset(await folderOf({ 'archive.zip': zip(inner(sets)) }));
  expect([train, testSet]).toEqual([sets.train, sets.test]);
});

test('files that cannot be used are named for what they are, in archives and below compression too', async () => {
  const archive = { 'a.pkl': Buffer.of(0x80, 3), 'b.zip': zip(sets.files).subarray(0, 900), '._a.pkl': 'Mac OS X' };
  const folder = await folderOf({
    'archive.zip': zip(archive),
    'images.gz': gzipSync(sets.files['train-images-idx3-ubyte']!),
    'mnist.pkl.gz': gzipSync(Buffer.of(0x80, 3)),
    'other.gz': gzipSync('numbers'),
    'short.gz': gzipSync('numbers').subarray(0, -3),
  });
  await expect(loadDataset(folder)).rejects.toThrow(
    'It contains a.pkl (a Python pickle), b.zip (its zip archive is damaged or incomplete), ' +
      "images.gz (an IDX file; rename it to one of MNIST's names), mnist.pkl.gz (a Python pickle), other.gz, " +
      'short.gz (its gzip data is cut off. Download it again).',
  );
});
