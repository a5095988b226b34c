/**
 * Decodes picture files: PNG, JPEG (turned as its EXIF orientation says), WebP and GIF with `sharp`, BMP with `bmp`.
 * What kind a file is, its first bytes tell and not its name.
 */
import { readFile, stat } from 'node:fs/promises';
import sharp from 'sharp';
import { UserError, reasonOf } from '../base/errors';
import { type Rgba, decodeBmp } from './bmp';
import type { Picture } from './picture';

/** A photo has less; a file that claims more is not worth the memory. */
const MAX_PIXELS = 100_000_000;
const MAX_BYTES = 200_000_000;

/**
 * @returns grey values; what is transparent is white, or black where what can be seen is light
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
  const isKnown = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)/s.test(start);
  if (!isKnown) throw new Error('it is not a PNG, JPEG, WebP, GIF or BMP picture');
  // Checked before decoding. A file that is cut off is refused, not read in part.
  const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'truncated' })
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw new Error(reasonOfSharp(error as Error));
    });
  return { width: info.width, height: info.height, data };
}

function reasonOfSharp({ message }: Error): string {
  if (message.includes('pixel limit')) return 'it has too many pixels';
  return 'the file is damaged or cut off';
}

/** Luma as ITU-R BT.601 has it. */
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
  // White ink on nothing would vanish on white paper.
  const paper = seen < lumas.length && light > 128 * seen ? 0 : 255;
  const values = Uint8Array.from(lumas, (luma, i) => {
    const opacity = data[4 * i + 3]! / 255;
    return Math.round(paper * (1 - opacity) + opacity * luma);
  });
  return { width, height, values };
}
