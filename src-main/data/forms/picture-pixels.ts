/** Decodes the pictures of a dataset. */
import { PNG } from 'pngjs';
import jpeg from 'jpeg-js';
import { kindOfFile } from '../../base/file-kind';
import { Refusal } from '../../base/refusal';
import { PIXELS, SIDE } from '../mnist';

/** @returns 28 x 28 grey values @throws Refusal */
export function pixelsOf(bytes: Buffer): Uint8Array {
  const { data } = decode(bytes);
  const pixels = new Uint8Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    // Luma according to ITU-R BT.601; transparent pixels are background, which is 0.
    const luma = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
    pixels[i] = Math.round((luma * data[4 * i + 3]!) / 255);
  }
  return pixels;
}

function decode(bytes: Buffer): { width: number; height: number; data: Uint8Array } {
  if (bytes.toString('latin1', 0, 4) === '\x89PNG') {
    // Checked before decoding: the first chunk begins with the width and the height.
    if (bytes.length < 24) throw new Refusal('it is cut off');
    requireSize(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
    return PNG.sync.read(bytes);
  }
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') {
    const picture = jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: 1 });
    requireSize(picture.width, picture.height);
    return picture;
  }
  const kind = kindOfFile(bytes, '');
  throw new Refusal(kind === null ? 'it is neither a PNG nor a JPEG picture' : `it is ${kind}`);
}

function requireSize(width: number, height: number): void {
  if (width !== SIDE || height !== SIDE) {
    throw new Refusal(`it has ${width} x ${height} pixels instead of ${SIDE} x ${SIDE}`);
  }
}
