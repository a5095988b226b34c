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

/** @param position of a field in the header of a file in an archive; in the archive's directory it is two bytes further */
function changed(archive: Buffer, position: number, value: number): Buffer {
  for (let at = archive.indexOf('PK\x03\x04'); at !== -1; at = archive.indexOf('PK\x03\x04', at + 4)) {
    archive.writeUInt16LE(value, at + position);
  }
  for (let at = archive.indexOf('PK\x01\x02'); at !== -1; at = archive.indexOf('PK\x01\x02', at + 4)) {
    archive.writeUInt16LE(value, at + position + 2);
  }
  return archive;
}

test.each([
  ['a password', 6, 1, 'its zip archive has a password. Unpack it first.'],
  ['LZMA', 8, 14, 'its zip archive is compressed in an unusual way. Unpack it first.'],
])('an archive with %s is refused in plain words', async (_, position, value, words) => {
  const folder = await folderOf({ 'archive.zip': changed(zip(sets.files), position, value) });
  await expect(loadDataset(folder)).rejects.toThrow(`cannot be used: ${words}`);
});

test('a spreadsheet is to be saved as a table', async () => {
  const folder = await folderOf({ 'digits.xlsx': zip({ 'xl/workbook.xml': '<workbook/>' }) });
  await expect(loadDataset(folder)).rejects.toThrow('It contains digits.xlsx (a spreadsheet; save it as CSV).');
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
