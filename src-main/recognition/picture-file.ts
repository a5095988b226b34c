import { readFile } from 'node:fs/promises';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { UserError, reasonOf } from '../base/errors';
import type { Picture } from './picture';

/** A photo has less; a file that claims more is not worth the memory. */
const MOST_PIXELS = 100_000_000;
const LARGEST_FILE = 200_000_000;

/**
 * Reads a PNG or JPEG picture; transparent parts are white.
 * @throws UserError `picture-invalid` naming the file and what is wrong with it
 */
export async function readPicture(file: string): Promise<Picture> {
  const invalid = (what: string) => new UserError('picture-invalid', `${file} cannot be read: ${what}.`);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw invalid(reasonOf(error));
  });
  if (bytes.length > LARGEST_FILE) throw invalid(`it has ${bytes.length} bytes`);
  const decode = decoderOf(bytes);
  if (decode === null) throw invalid('it is neither a PNG nor a JPEG picture');
  try {
    return toGrey(decode(bytes));
  } catch (error) {
    throw invalid(reasonOf(error));
  }
}

interface Rgba {
  width: number;
  height: number;
  data: Uint8Array;
}

function decoderOf(bytes: Buffer): ((bytes: Buffer) => Rgba) | null {
  if (bytes.toString('latin1', 0, 4) === '\x89PNG') return decodePng;
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') return decodeJpeg;
  return null;
}

function decodePng(bytes: Buffer): Rgba {
  // Checked before decoding: IHDR is the first chunk, and its first eight bytes are width and height.
  if (bytes.length < 24) throw new Error('the file is cut off');
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS) throw new Error('it has too many pixels');
  return PNG.sync.read(bytes);
}

function decodeJpeg(bytes: Buffer): Rgba {
  return jpeg.decode(bytes, {
    useTArray: true,
    maxResolutionInMP: MOST_PIXELS / 1e6,
    maxMemoryUsageInMB: 2000,
  });
}

/** Luma as ITU-R BT.601 has it, on white. */
function toGrey({ width, height, data }: Rgba): Picture {
  const values = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const [red, green, blue, alpha] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!, data[4 * i + 3]! / 255];
    values[i] = Math.round(255 * (1 - alpha) + alpha * (0.299 * red + 0.587 * green + 0.114 * blue));
  }
  return { width, height, values };
}
