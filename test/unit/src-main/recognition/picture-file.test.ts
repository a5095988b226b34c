import { readdirSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { expect, test, vi } from 'vitest';
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

test('a JPEG is rotated by its EXIF orientation', async () => {
  const file = join(await temporaryFolder(), 'turned.jpg');
  // Wide and dark on the left; rotated by a quarter turn, dark at the top.
  const grey = Uint8Array.from({ length: 32 * 16 }, (_, i) => (i % 32 < 16 ? 0 : 255));
  const stored = jpeg.encode({ width: 32, height: 16, data: rgba(grey) }, 95).data;
  // An EXIF segment: a TIFF header and a list of one tag, the orientation, with value 6.
  const tiff = '4d4d002a0000000800010112000300000001000600000000';
  const exif = Buffer.from(`ffe1${(2 + 6 + tiff.length / 2).toString(16).padStart(4, '0')}457869660000${tiff}`, 'hex');
  await writeFile(file, Buffer.concat([stored.subarray(0, 2), exif, stored.subarray(2)]));
  const { width, height, values } = await readPicture(file);
  expect([width, height]).toEqual([16, 32]);
  expect(values[2 * 16 + 8]).toBeLessThan(30);
  expect(values[29 * 16 + 8]).toBeGreaterThan(225);
});

test('WebP, GIF and BMP are read with any file name, and with bytes after their end', async () => {
  const file = join(await temporaryFolder(), 'picture.png');
  const grey = Buffer.from(Array.from({ length: 20 * 12 }, (_, i) => (i % 20 < 10 ? 0 : 255)));
  const png = new PNG({ width: 20, height: 12 });
  png.data = rgba(grey);
  const webp = Buffer.from('UklGRigAAABXRUJQVlA4TBsAAAAvE8ACAA8w//M///MfeBAIEA78vypQENH/IAcA', 'base64');
  const gif = Buffer.from(
    'R0lGODdhFAAMAIEAAAAAAP///wAAAAAAACwAAAAAFAAMAAAIMgABCBxIMIDBgwgJKgSAsGGAhQUdHoQ4UOJEigwtPsSocSPFjhgzWgwJkqNGkidNWgwIADs=',
    'base64',
  );
  for (const bytes of [webp, gif, bmpOf(grey, 20, 12), PNG.sync.write(png)]) {
    await writeFile(file, Buffer.concat([bytes, Buffer.from('more')]));
    expect(await readPicture(file)).toEqual({ width: 20, height: 12, values: Uint8Array.from(grey) });
  }
});

/** A BMP with a palette of two colours, stored from the bottom up like most. */
function bmpOf(grey: Buffer, width: number, height: number): Buffer {
  const stride = Math.ceil(width / 32) * 4;
  const bytes = Buffer.alloc(62 + stride * height);
  bytes.write('BM');
  bytes.writeUInt32LE(62, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(1, 28);
  bytes.writeUInt32LE(0xffffff, 54);
  grey.forEach((value, i) => {
    const [x, y] = [i % width, height - 1 - Math.floor(i / width)];
    // The palette's first colour is white, its second black.
    if (value === 0) bytes[62 + y * stride + (x >> 3)]! |= 0x80 >> (x % 8);
  });
  return bytes;
}

test('white ink on a transparent background is read on black, not on white', async () => {
  const file = join(await temporaryFolder(), 'white.png');
  const png = new PNG({ width: 2, height: 1 });
  png.data = Buffer.from([255, 255, 255, 255, 255, 255, 255, 0]);
  await writeFile(file, PNG.sync.write(png));
  expect((await readPicture(file)).values).toEqual(Uint8Array.of(255, 0));
});

const PICTURES = join(import.meta.dirname, '../../../fixtures/pictures');

test.each(readdirSync(PICTURES))('%s, a 7, is read with the same grey values as a plain PNG', async (name) => {
  const plain = await readPicture(join(PICTURES, 'grey.png'));
  const { width, height, values } = await readPicture(join(PICTURES, name));
  // A large one is averaged over blocks, so that its longer side is at most 1,600 pixels.
  expect([width, height]).toEqual(name === 'large.png' ? [880, 660] : [160, 120]);
  const scale = width / plain.width;
  const differences = Array.from(values, (value, at) => {
    const [x, y] = [Math.floor((at % width) / scale), Math.floor(Math.floor(at / width) / scale)];
    const expected = plain.values[y * plain.width + x]!;
    return Math.abs(value - (name.startsWith('white-on') ? 255 - expected : expected));
  });
  const mean = differences.reduce((a, b) => a + b) / differences.length;
  // Allows for compression and few colours; a rotated or inverted picture differs by 20 and more.
  expect(mean).toBeLessThan(name.startsWith('one-bit') ? 8 : 4);
});

test.each(readdirSync(PICTURES))('%s is read with bytes after its end, and refused if it is cut off', async (name) => {
  const file = join(await temporaryFolder(), name);
  const whole = await readFile(join(PICTURES, name));
  await writeFile(file, Buffer.concat([whole, Buffer.alloc(100, '<p>')]));
  const expected = await readPicture(join(PICTURES, name));
  expect(Buffer.compare((await readPicture(file)).values, expected.values)).toBe(0);
  for (const length of [whole.length - 3, Math.floor(whole.length / 2), 60]) {
    await writeFile(file, whole.subarray(0, length));
    await expect(readPicture(file), `${length} bytes`).rejects.toThrow('the file is damaged or cut off');
  }
});

test('a picture that the decoders do not read is refused in plain words', async () => {
  const file = join(await temporaryFolder(), 'a.png');
  const damaged = PNG.sync.write(new PNG({ width: 20, height: 20 }));
  const content = damaged.indexOf('IDAT') + 4;
  const animation = Buffer.from(
    'UklGRoQAAABXRUJQVlA4WAoAAAACAAAAAwAAAwAAQU5JTQYAAAAAAAAAAABBTk1GJgAAAAAAAAAAAAMAAAMAAGQAAAJWUDhMDgAAAC8DwAAABxAR/Q9ERP8DQU5NRioAAAAAAAAAAAADAAADAABkAAAAVlA4TBEAAAAvA8AAAAfQ//73v/+BiOh/AAA=',
    'base64',
  );
  for (const [bytes, what] of [
    [damaged.fill(7, content, content + 8), 'the file is damaged or cut off'],
    [gifOf([0x04, 0x0a]), 'the file is damaged or cut off'],
    [animation, 'it is an animated WebP picture; save it as PNG'],
  ] as const) {
    await writeFile(file, bytes);
    await expect(readPicture(file)).rejects.toThrow(`${file} cannot be read: ${what}.`);
  }
});

test('a GIF with more pixels than it needs is read, and nothing is printed among the results', async () => {
  const file = join(await temporaryFolder(), 'a.gif');
  const log = vi.spyOn(console, 'log');
  await writeFile(file, gifOf([0xff, 0xff]));
  expect(await readPicture(file)).toMatchObject({ width: 2, height: 2 });
  expect(log).not.toHaveBeenCalled();
});

/** A black and white GIF of 2 x 2 pixels. @param codes the compressed pixels */
const gifOf = (codes: number[]) =>
  Buffer.from(
    `47494638376102000200800000000000ffffff2c0000000002000200000202${Buffer.from(codes).toString('hex')}003b`,
    'hex',
  );

test.skipIf(process.platform === 'win32')('a link that leads to itself is named for what it is', async () => {
  const file = join(await temporaryFolder(), 'a.png');
  await symlink(file, file);
  await expect(readPicture(file)).rejects.toThrow(`${file} cannot be read: it is a link that leads back to itself.`);
});

test('a file that is not a picture is named, with the reason', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'a.png');
  await expect(readPicture(file)).rejects.toThrow(`${file} cannot be read: no such file or folder.`);
  for (const [content, what] of [
    ['', 'not a PNG'],
    ['plain text', 'not a PNG'],
    ['\0\0\0\x18ftypheic\0\0\0\0', 'it is a HEIC picture; save it as PNG or JPEG.'],
    ['\0\0\0\x1cftypavif\0\0\0\0', 'it is an AVIF picture; save it as PNG or JPEG.'],
    ['II*\0\x08\0\0\0', 'it is a TIFF picture; save it as PNG or JPEG.'],
    ['%PDF-1.4', 'it is a PDF document; save it as PNG or JPEG.'],
    ['<?xml version="1.0"?>\n<svg width="9"/>', 'it is an SVG drawing; save it as PNG or JPEG.'],
    ['\x89PNG\r\n\x1a\n', 'cut off'],
    ['BM', 'cut off'],
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
  expect(second).toEqual({ file: files[1], digit: null, probabilities: Array(10).fill(0), reason: 'nothing' });

  const missing = join(folder, 'missing.png');
  const withMissing = await run('recognize', '--several', missing, files[0]!);
  const error = `${missing} cannot be read: no such file or folder.`;
  expect(withMissing.status).toBe(1);
  expect(withMissing.errors).toContain(`${error}\n`);
  const [failed, several] = withMissing.lines.map((line) => JSON.parse(line) as object);
  expect(failed).toEqual({ file: missing, error });
  expect(several).toMatchObject({ file: files[0], digit: set.labels[0], text: String(set.labels[0]) });
  expect(await run('recognize')).toMatchObject({ status: 2 });
  expect(await run('recognize', '--bogus', files[0]!)).toMatchObject({ status: 2 });
});
