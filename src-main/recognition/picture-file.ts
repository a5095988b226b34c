/**
 * Decodes picture files: PNG, JPEG (rotated by its EXIF orientation), WebP, GIF and BMP. The format is recognised by
 * the first bytes of the file, not by its name.
 */
import { readFile, stat } from 'node:fs/promises';
import jpeg from 'jpeg-js';
import { GifReader } from 'omggif';
import { PNG } from 'pngjs';
import {
  type PictureKind,
  endOfPicture,
  greyPicture,
  pictureKind,
  pictureProblems,
  problemOfOtherKind,
} from '@contract/picture-file';
import { UserError, reasonOf } from '../base/errors';
import { type Rgba, decodeBmp } from './bmp';
import { orientationOf, upright } from './exif';
import type { Picture } from './picture';
import { decodeWebp } from './webp';

/** Photos have fewer; a file that claims more is not worth the memory. */
const MAX_PIXELS = 100_000_000;
const MAX_BYTES = 200_000_000;
const TOO_MANY_PIXELS = 'it has too many pixels';

/**
 * @returns grey values, as `greyPicture` has them
 * @throws UserError `picture-invalid` naming the file and what is wrong with it
 */
export async function readPicture(file: string): Promise<Picture> {
  const invalid = (what: string) => new UserError('picture-invalid', `${file} cannot be read: ${what}.`);
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Error('it is a folder');
    if (!found.isFile()) throw new Error('it is not a file');
    if (found.size > MAX_BYTES) throw new Error(`it is too large (${found.size.toLocaleString('en')} bytes)`);
    const picture = await decode(await readFile(file));
    const rowLength = 4 * picture.width;
    const { width, height, values } = greyPicture(picture, (first, count) =>
      picture.data.subarray(first * rowLength, (first + count) * rowLength),
    );
    return { width, height, values };
  } catch (error) {
    throw invalid(reasonOf(error));
  }
}

async function decode(bytes: Buffer): Promise<Rgba> {
  const kind = pictureKind(bytes);
  if (kind === null) throw new Error(problemOfOtherKind(bytes));
  const end = endOfPicture(bytes);
  if (end === null) throw new Error(pictureProblems.cutOff);
  return decoders[kind](bytes.subarray(0, end));
}

const decoders: Record<PictureKind, (bytes: Buffer) => Rgba | Promise<Rgba>> = {
  png: decodePng,
  jpeg: decodeJpeg,
  gif: decodeGif,
  webp: decodeWebp,
  bmp: (bytes) => decodeBmp(bytes, MAX_PIXELS),
};

function decodePng(bytes: Buffer): Rgba {
  // Checked before decoding: IHDR is the first chunk, and its first eight bytes are width and height.
  if (bytes.length < 24) throw new Error(pictureProblems.cutOff);
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MAX_PIXELS) throw new Error(TOO_MANY_PIXELS);
  return intact(() => PNG.sync.read(bytes));
}

function decodeJpeg(bytes: Buffer): Rgba {
  const options = { useTArray: true, maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: 2000 } as const;
  const picture = intact(() => jpeg.decode(bytes, options));
  return upright(picture, orientationOf(bytes));
}

/** Decodes the first image, on a transparent background. */
function decodeGif(bytes: Buffer): Rgba {
  const gif = intact(() => new GifReader(bytes));
  const { width, height } = gif;
  if (width * height > MAX_PIXELS) throw new Error(TOO_MANY_PIXELS);
  if (gif.numFrames() === 0) throw new Error('it has no pixels');
  const data = new Uint8Array(4 * width * height);
  intact(() => requireWhole(() => gif.decodeAndBlitFrameRGBA(0, data)));
  return { width, height, data };
}

/** Turns the decoder's warning of missing pixels, which it would print among a command's results, into an error. */
function requireWhole(decodePixels: () => void): void {
  const { log } = console;
  const warnings: string[] = [];
  console.log = (warning: string) => warnings.push(warning);
  try {
    decodePixels();
  } finally {
    console.log = log;
  }
  if (warnings.some((warning) => warning.includes('shorter'))) throw new Error('pixels are missing');
}

/** Explains what the decoders say in their own terms. */
function intact<T>(decodePicture: () => T): T {
  try {
    return decodePicture();
  } catch (error) {
    const isTooLarge = /^max(Resolution|Memory)/.test((error as Error).message);
    throw new Error(isTooLarge ? TOO_MANY_PIXELS : pictureProblems.cutOff, { cause: error });
  }
}
