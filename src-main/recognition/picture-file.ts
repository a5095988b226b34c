/**
 * Decodes picture files: PNG, JPEG (rotated by its EXIF orientation), WebP, GIF and BMP. The format is recognised by
 * the first bytes of the file, not by its name.
 */
import { readFile, stat } from 'node:fs/promises';
import jpeg from 'jpeg-js';
import { GifReader } from 'omggif';
import { PNG } from 'pngjs';
import { UserError, reasonOf } from '../base/errors';
import { type Rgba, decodeBmp } from './bmp';
import { orientationOf, upright } from './exif';
import type { Picture } from './picture';
import { decodeWebp } from './webp';

/** Photos have fewer; a file that claims more is not worth the memory. */
const MAX_PIXELS = 100_000_000;
const MAX_BYTES = 200_000_000;

/**
 * @returns grey values; transparent pixels are white, or black if the visible ones are light
 * @throws UserError `picture-invalid` naming the file and what is wrong with it
 */
export async function readPicture(file: string): Promise<Picture> {
  const invalid = (what: string) => new UserError('picture-invalid', `${file} cannot be read: ${what}.`);
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Error('it is a folder');
    if (!found.isFile()) throw new Error('it is not a file');
    if (found.size > MAX_BYTES) throw new Error(`it has ${found.size.toLocaleString('en')} bytes`);
    return toGrey(await decode(await readFile(file)));
  } catch (error) {
    throw invalid(reasonOf(error));
  }
}

async function decode(bytes: Buffer): Promise<Rgba> {
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('BM')) return decodeBmp(bytes, MAX_PIXELS);
  if (start.startsWith('\x89PNG')) return decodePng(bytes);
  if (start.startsWith('\xff\xd8\xff')) return decodeJpeg(bytes);
  if (start.startsWith('GIF8')) return decodeGif(bytes);
  if (/^RIFF....WEBP/s.test(start)) return decodeWebp(bytes);
  throw new Error('it is not a PNG, JPEG, WebP, GIF or BMP picture');
}

function decodePng(bytes: Buffer): Rgba {
  // Checked before decoding: IHDR is the first chunk, and its first eight bytes are width and height.
  if (bytes.length < 24) throw new Error('the file is cut off');
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) throw new Error('it has too many pixels');
  const end = endOfPng(bytes);
  if (end === null) throw new Error('the file is damaged or cut off');
  return PNG.sync.read(bytes.subarray(0, end));
}

/** @returns the end of the last chunk, whatever follows it; null if it is missing */
function endOfPng(bytes: Buffer): number | null {
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return end <= bytes.length ? end : null;
    at = end;
  }
  return null;
}

function decodeJpeg(bytes: Buffer): Rgba {
  // Without an end marker the decoder would invent the rest.
  if (bytes.lastIndexOf(Buffer.of(0xff, 0xd9)) === -1) throw new Error('the file is damaged or cut off');
  const options = { useTArray: true, maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: 2000 } as const;
  return upright(jpeg.decode(bytes, options), orientationOf(bytes));
}

/** Decodes the first image, on a transparent background. */
function decodeGif(bytes: Buffer): Rgba {
  const gif = new GifReader(bytes);
  const { width, height } = gif;
  if (width * height > MAX_PIXELS) throw new Error('it has too many pixels');
  if (gif.numFrames() === 0) throw new Error('it has no pixels');
  const data = new Uint8Array(4 * width * height);
  gif.decodeAndBlitFrameRGBA(0, data);
  return { width, height, data };
}

/** Converts to luma according to ITU-R BT.601. */
function toGrey({ width, height, data }: Rgba): Picture {
  const lumas = new Float32Array(width * height);
  let [seen, light] = [0, 0];
  for (let i = 0; i < lumas.length; i++) {
    const luma = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
    const opacity = data[4 * i + 3]! / 255;
    lumas[i] = luma;
    seen += opacity;
    light += opacity * luma;
  }
  // White ink on a transparent background would vanish on white paper.
  const paper = seen < lumas.length && light > 128 * seen ? 0 : 255;
  const values = Uint8Array.from(lumas, (luma, i) => {
    const opacity = data[4 * i + 3]! / 255;
    return Math.round(paper * (1 - opacity) + opacity * luma);
  });
  return { width, height, values };
}
