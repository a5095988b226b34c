import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset, loadTestSet } from '../../../../../src-main/data/load';
import { type LabelledImages, PIXELS } from '../../../../../src-main/data/mnist';
import { temporaryFolder } from '../../../temporary-folder';
import { type Files, type SmallSets, csv, smallSets, writeFiles } from '../data-folders';

let sets: SmallSets;
beforeAll(async () => {
  sets = await smallSets();
});

const folderOf = async (files: Files) => writeFiles(await temporaryFolder(), files);
const pixels = Array.from({ length: PIXELS }, (_, i) => `pixel${i}`);
const numbers = Array.from({ length: PIXELS + 1 }, (_, i) => i);
const header = ['label', ...pixels].join(',');

/** @param change makes a line of another kind from the line's number and values, the label first */
function table(set: LabelledImages, first: string, change: (i: number, values: string[]) => string[]): string {
  const lines = csv(set, null).trimEnd().split('\n');
  return [first, ...lines.map((line, i) => change(i, line.split(',')).join(','))].join('\n');
}

const labelLast = (_: number, [label = '', ...values]: string[]) => [...values, label];
const numbered = (i: number, values: string[]) => [String(i), ...values];

test.each<[string, string, (i: number, values: string[]) => string[]]>([
  ['pandas without names', numbers.join(','), (_, values) => values],
  ['pandas without names, with row numbers', ['', ...numbers].join(','), numbered],
  ['a last column that is named "labels"', [...pixels, 'labels'].join(','), labelLast],
  ['a last column with a name of any kind', [...pixels, 'Ziffer'].join(','), labelLast],
  [
    'row numbers and a last column with a name of any kind',
    ['', ...pixels, 'Ziffer'].join(','),
    (i, values) => numbered(i, labelLast(i, values)),
  ],
])('%s: the labels are found, and the header is no image', async (_, first, change) => {
  const folder = await folderOf({
    'mnist_train.csv': table(sets.train, first, change),
    'mnist_test.csv': table(sets.test, first, change),
  });
  const { train, test: testSet, notices } = await loadDataset(folder);
  expect([train, testSet, notices]).toEqual([sets.train, sets.test, []]);
});

test('tables in folders named after their part are one dataset', async () => {
  const folder = await folderOf({ 'train/digits.csv': csv(sets.train, null), 'test/digits.csv': csv(sets.test, null) });
  expect(await loadDataset(folder)).toMatchObject({ train: sets.train, test: sets.test });
});

test('a validation set tests if the test set has no labels, and only then', async () => {
  const unlabelled = `${pixels.join(',')}\n${csv(sets.test, null).replace(/^\d,/gm, '')}`;
  const files = { 'train.csv': csv(sets.train, header), 'validation.csv': csv(sets.test, header) };
  const { train, test: testSet, notices } = await loadDataset(await folderOf({ ...files, 'test.csv': unlabelled }));
  expect([train, testSet, notices]).toEqual([sets.train, sets.test, []]);

  const other = { count: 1, images: sets.train.images.slice(0, PIXELS), labels: sets.train.labels.slice(0, 1) };
  const folder = await folderOf({ ...files, 'test.csv': csv(other, header) });
  expect((await loadTestSet(folder)).test).toEqual(other);
});

test('of several tables for the same part one is used, and the others are named', async () => {
  const [first, second] = [csv(sets.train, null), csv(sets.test, null)];
  const named = await folderOf({ 'train-1.csv': first, 'train-2.csv': second, 'test.csv': second });
  const { train, notices } = await loadDataset(named);
  expect(train).toEqual(sets.train);
  expect(notices).toEqual([`${join(named, 'train-2.csv')} is left out: train-1.csv is used instead.`]);

  // Their names say nothing, so each would be a whole dataset.
  const unnamed = await folderOf({ 'a.csv': first, 'b.csv': second });
  expect((await loadDataset(unnamed)).notices).toContain(
    `${join(unnamed, 'b.csv')} is left out: a.csv is used instead.`,
  );
});

test('text in UTF-16 is named', async () => {
  const folder = await folderOf({ 'train.csv': Buffer.from(`\ufeff${csv(sets.train, header)}`, 'utf16le') });
  await expect(loadDataset(folder)).rejects.toThrow(
    'train.csv cannot be used: it is text in UTF-16; save it as UTF-8.',
  );
});
