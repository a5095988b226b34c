import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { GreyPicture } from '../../../../src-preload/schemas';
import { loadDataset } from '../../../../src-main/data/load';
import { SIDE, PIXELS } from '../../../../src-main/data/mnist';
import { readPicture } from '../../../../src-main/recognition/picture-file';
import { temporaryFolder } from '../../temporary-folder';
import { run } from '../cli/command-line';

function rgba(grey: Uint8Array): Buffer {
  return Buffer.from(Array.from(grey, (value) => [value, value, value, 255]).flat());
}

test('PNG and JPEG pictures are read as grey values', async () => {
  const folder = await temporaryFolder();
  const png = new PNG({ width: 2, height: 2 });
  png.data = Buffer.from([0, 0, 0, 255, 255, 0, 0, 255, 0, 0, 0, 0, 200, 200, 200, 255]);
  await writeFile(join(folder, 'a.png'), PNG.sync.write(png));
  // Black; red; black but transparent, hence paper; grey.
  expect(await readPicture(join(folder, 'a.png'))).toEqual({
    width: 2,
    height: 2,
    values: Uint8Array.of(0, 76, 255, 200),
  });

  const grey = new Uint8Array(256).fill(120);
  await writeFile(join(folder, 'a.jpg'), jpeg.encode({ width: 16, height: 16, data: rgba(grey) }, 90).data);
  const { width, height, values } = await readPicture(join(folder, 'a.jpg'));
  expect([width, height]).toEqual([16, 16]);
  expect(Math.max(...values.map((value) => Math.abs(value - 120)))).toBeLessThanOrEqual(2);
});

test('a file that is no picture is named, with what is wrong', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.png');
  await expect(readPicture(file)).rejects.toThrow(`${file} cannot be read: no such file or folder.`);
  for (const [content, what] of [
    ['', 'neither a PNG nor a JPEG'],
    ['plain text', 'neither a PNG nor a JPEG'],
    ['\x89PNG\r\n\x1a\n', 'cut off'],
    ['\xff\xd8\xff', 'cannot be read'],
  ] as const) {
    await writeFile(file, Buffer.from(content, 'latin1'));
    await expect(readPicture(file)).rejects.toMatchObject({
      code: 'picture-invalid',
      message: expect.stringContaining(what) as string,
    });
  }
  const huge = PNG.sync.write(new PNG({ width: 1, height: 1 }));
  huge.writeUInt32BE(60_000, 16);
  huge.writeUInt32BE(60_000, 20);
  await writeFile(file, huge);
  await expect(readPicture(file)).rejects.toThrow('too many pixels');
});

test('a picture from the window has as many grey values as it says', () => {
  const pixels = (count: number) => Buffer.alloc(count, 255).toString('base64');
  expect(GreyPicture.safeParse({ width: 5, height: 4, pixels: pixels(20) }).success).toBe(true);
  for (const wrong of [
    { width: 5, height: 4, pixels: pixels(21) },
    { width: 0, height: 4, pixels: '' },
    { width: 2049, height: 1, pixels: pixels(2049) },
    { width: 1, height: 1, pixels: '????' },
  ]) {
    expect(GreyPicture.safeParse(wrong).success).toBe(false);
  }
});

test('npm run -s recognize prints a line of JSON for each picture', async () => {
  const folder = await temporaryFolder();
  const { test: set } = await loadDataset(null);
  const digit = new PNG({ width: SIDE, height: SIDE });
  digit.data = rgba(set.images.subarray(0, PIXELS));
  await writeFile(join(folder, 'digit.png'), PNG.sync.write(digit));
  const blank = new PNG({ width: 40, height: 30 });
  await writeFile(join(folder, 'blank.png'), PNG.sync.write(blank));

  const files = [join(folder, 'digit.png'), join(folder, 'blank.png')];
  const { status, lines, errors } = await run('recognize', ...files);
  expect(status, errors).toBe(0);
  const [first, second] = lines.map((line) => JSON.parse(line) as { probabilities: number[] });
  expect(first).toMatchObject({ file: files[0], digit: set.labels[0] });
  expect(first!.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  expect(second).toEqual({ file: files[1], digit: null, probabilities: Array(10).fill(0) });

  const missing = join(folder, 'missing.png');
  const wrongFile = await run('recognize', missing);
  expect(wrongFile).toMatchObject({ status: 1, lines: [''] });
  expect(wrongFile.errors).toBe(`${missing} cannot be read: no such file or folder.\n`);
  expect(await run('recognize')).toMatchObject({ status: 2 });
  expect(await run('recognize', '--bogus', files[0]!)).toMatchObject({ status: 2 });
});
