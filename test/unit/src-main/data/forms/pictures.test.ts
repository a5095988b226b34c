import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../../src-main/data/load';
import { type LabelledImages, PIXELS, SIDE } from '../../../../../src-main/data/mnist';
import { temporaryFolder } from '../../../temporary-folder';
import { type Files, type SmallSets, smallSets, writeFiles, zip } from '../data-folders';

let sets: SmallSets;
beforeAll(async () => {
  sets = await smallSets();
});

const folderOf = async (files: Files) => writeFiles(await temporaryFolder(), files);

/** @param colour of a pixel with this value: red, green, blue and opacity */
function png(pixels: Uint8Array, colour = (value: number) => [value, value, value, 255]): Buffer {
  const picture = new PNG({ width: SIDE, height: SIDE });
  pixels.forEach((value, i) => picture.data.set(colour(value), 4 * i));
  return PNG.sync.write(picture);
}

const imageOf = ({ images }: LabelledImages, i: number) => images.subarray(i * PIXELS, (i + 1) * PIXELS);

/** @param folderFor the folder for a digit */
function pictures(set: LabelledImages, folderFor: (digit: number) => string, encode = png): Files {
  return Object.fromEntries(
    Array.from(set.labels, (label, i) => [`${folderFor(label)}/${i}.png`, encode(imageOf(set, i))]),
  );
}

const both = (folderFor: (digit: number) => string): Files => ({
  ...pictures(sets.train, (digit) => `train/${folderFor(digit)}`),
  ...pictures(sets.test, (digit) => `test/${folderFor(digit)}`),
});

const words = ['zero', 'One', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const hidden = (files: Files, folder: string) =>
  Object.fromEntries(Object.keys(files).map((path) => [folder + path.replace(/[^/]+$/, '._$&'), 'Mac OS X']));

test.each<[string, () => Files]>([
  ['07', () => both((digit) => `0${digit}`)],
  ['seven', () => both((digit) => words[digit]!)],
  ['class_7', () => both((digit) => `class_${digit}`)],
  ['training-data/train/7', () => below('training-data', both(String))],
  ['7 in an archive named "trainingSet.zip"', () => ({ 'trainingSet.zip': zip(both(String)) })],
  ['7 for val instead of test', () => rename(both(String), 'test/', 'val/')],
  ['7 with a list of the pictures', () => ({ ...both(String), 'train.csv': 'file,label\n0.png,5\n' })],
  [
    '7 in an archive of macOS',
    () => ({ 'digits.zip': zip({ ...hidden(both(String), '__MACOSX/'), ...both(String) }) }),
  ],
  [
    '7 with hidden files in an archive',
    () => ({ 'digits.zip': zip({ ...hidden(both(String), ''), ...both(String) }) }),
  ],
])('folders such as %s are read as those named 7', async (_, files) => {
  const plain = await loadDataset(await folderOf(both(String)));
  const { train, test: testSet, notices } = await loadDataset(await folderOf(files()));
  expect([train.count, testSet.count]).toEqual([40, 20]);
  expect([train, testSet, notices]).toEqual([plain.train, plain.test, []]);
});

const rename = (files: Files, from: string, to: string) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path.replace(from, to), content]));
const below = (folder: string, files: Files) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

test('a folder named 10 is the digit 0 if there is no other, with a notice', async () => {
  const plain = await loadDataset(await folderOf(both(String)));
  const folder = await folderOf(both((digit) => String(digit || 10)));
  const { train, test: testSet, notices } = await loadDataset(folder);
  expect([train, testSet]).toEqual([plain.train, plain.test]);
  expect(notices).toEqual([
    `The pictures in ${join(folder, 'train/10')} were read as the digit 0.`,
    `The pictures in ${join(folder, 'test/10')} were read as the digit 0.`,
  ]);
  const alone = await folderOf({ 'train/10/1.png': png(imageOf(sets.train, 0)) });
  await expect(loadDataset(alone)).rejects.toThrow('contains no dataset that can be read');
});

test('a notice names what is left out: other classes, and other kinds of pictures', async () => {
  const picture = png(imageOf(sets.train, 0));
  const files = { ...both(String), 'train/10/1.png': picture, 'train/A/1.png': picture, 'test/7/x.bmp': 'BM' };
  const folder = await folderOf(files);
  const { train, test: testSet, notices } = await loadDataset(folder);
  expect([train.count, testSet.count]).toEqual([40, 20]);
  expect(notices).toEqual([
    `Left out, since only digits are read: the pictures in ${join(folder, 'train/10')}, ${join(folder, 'train/A')}.`,
    `Left out, since only PNG and JPEG pictures are read: ${join(folder, 'test/7/x.bmp')}.`,
  ]);
  await expect(loadDataset(await folderOf({ 'train/7/x.bmp': 'BM' }))).rejects.toThrow(
    'x.bmp cannot be used: it is neither a PNG nor a JPEG picture. Save it as PNG.',
  );
});

test('dark ink on a transparent background is on white, and light ink on black', async () => {
  const dark = await folderOf(pictures(sets.train, String, (pixels) => png(pixels, (value) => [0, 0, 0, value])));
  const light = await folderOf(
    pictures(sets.train, String, (pixels) => png(pixels, (value) => [255, 255, 255, value])),
  );
  const plain = await loadDataset(await folderOf(pictures(sets.train, String)));
  expect((await loadDataset(light)).train).toEqual(plain.train);
  expect((await loadDataset(dark, 'inverted')).train).toEqual(plain.train);
});

test('a damaged picture is named in plain words', async () => {
  const whole = png(imageOf(sets.train, 0));
  const photo = jpeg.encode({ width: SIDE, height: SIDE, data: Buffer.alloc(4 * PIXELS) }, 90).data;
  for (const [name, content] of [
    ['x.png', whole.subarray(0, -40)],
    ['x.jpg', photo.subarray(0, 300)],
  ] as const) {
    await expect(loadDataset(await folderOf({ [`train/7/${name}`]: content }))).rejects.toThrow(
      `${name} cannot be used: it is damaged or cut off.`,
    );
  }
});
