import { beforeAll, expect, test } from 'vitest';
import { loadDataset, loadTestSet } from '../../../../../src-main/data/load';
import { type LabelledImages, PIXELS, SIDE } from '../../../../../src-main/data/mnist';
import { temporaryFolder } from '../../../temporary-folder';
import { type Files, type SmallSets, npy, renamed, smallSets, writeFiles, zip } from '../data-folders';

let sets: SmallSets;
beforeAll(async () => {
  sets = await smallSets();
});

const partOf = (name: string) => (name.startsWith('train') ? 'train' : 'test');
const contentOf = (name: string) => (name.includes('images') ? 'images' : 'labels');

test.each<[string, (files: Files) => Files]>([
  ['of each part', (files) => renamed(files, (name) => `${partOf(name)}/${name}`)],
  ['of images and of labels', (files) => renamed(files, (name) => `${contentOf(name)}/${name}`)],
  ['of each part and content', (files) => renamed(files, (name) => `a/${partOf(name)}/${contentOf(name)}/${name}`)],
  ['of one part beside all of them', (files) => ({ ...files, ...renamed(files, (name) => `train/${name}`) })],
])('files in folders %s are one dataset', async (_, arranged) => {
  const folder = await writeFiles(await temporaryFolder(), arranged(sets.files));
  expect(await loadDataset(folder)).toMatchObject({ train: sets.train, test: sets.test });
  expect((await loadTestSet(folder)).test).toEqual(sets.test);
});

test('NumPy arrays in Fortran order are read', async () => {
  const { train, test: testSet } = sets;
  /** The images with the first index varying fastest. */
  const inColumns = ({ count, images }: LabelledImages) => {
    const values = new Uint8Array(images.length);
    images.forEach((value, i) => {
      const [image, row, column] = [Math.floor(i / PIXELS), Math.floor((i % PIXELS) / SIDE), i % SIDE];
      values[image + count * (row + SIDE * column)] = value;
    });
    return npy([count, SIDE, SIDE], values, '|u1', true);
  };
  const folder = await writeFiles(await temporaryFolder(), {
    'mnist.npz': zip({
      'x_train.npy': inColumns(train),
      'y_train.npy': npy([train.count], train.labels, '|u1', true),
      'x_test.npy': inColumns(testSet),
      'y_test.npy': npy([testSet.count], testSet.labels),
    }),
  });
  expect(await loadDataset(folder)).toMatchObject({ train, test: testSet, notices: [] });
});
