import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { temporaryFolder } from '../../temporary-folder';
import { type Files, smallSets, writeFiles } from './data-folders';

const clothes = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

let files: Files;

beforeAll(async () => ({ files } = await smallSets()));

async function load(more: Files) {
  return loadDataset(await writeFiles(await temporaryFolder(), { ...files, ...more }));
}

test.each(['classes.txt', 'labels.txt', 'class_names.txt', 'Label-Names.TXT'])(
  'a file %s beside the data names the classes',
  async (name) => {
    const { classNames, notices } = await load({ [name]: clothes.join('\n') });
    expect(classNames).toEqual(clothes);
    expect(notices).toEqual([]);
  },
);

test('other text files are ignored', async () => {
  const { classNames, notices } = await load({ 'readme.txt': clothes.join('\n'), 'train-labels.txt': 'a\nb' });
  expect(classNames).toBeNull();
  expect(notices).toEqual([]);
});

test('the uppermost of several files is used', async () => {
  const { classNames } = await load({
    'labels.txt': clothes.join('\n'),
    'more/classes.txt': Array.from('abcdefghij').join('\n'),
  });
  expect(classNames).toEqual(clothes);
});

test('an unusable file is reported, and the data loads without it', async () => {
  const short = await load({ 'labels.txt': 'Coat\nBag\n' });
  expect(short.classNames).toBeNull();
  expect(short.notices).toEqual([
    'labels.txt was not used for the class names. Ten names are needed, one per line; there are 2.',
  ]);
  const long = await load({ 'labels.txt': clothes.map((name) => name.repeat(300)).join('\n') });
  expect(long.notices).toEqual(['labels.txt was not used for the class names. It is too long for ten names.']);
});
