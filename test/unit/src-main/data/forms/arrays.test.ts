import { beforeAll, expect, test } from 'vitest';
import { loadDataset, loadTestSet } from '../../../../../src-main/data/load';
import { temporaryFolder } from '../../../temporary-folder';
import { type Files, type SmallSets, renamed, smallSets, writeFiles } from '../data-folders';

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
