/** Decodes the pictures of a dataset. */
import { PNG } from 'pngjs';
import jpeg from 'jpeg-js';
import { kindOfFile } from '../../base/file-kind';
import { Refusal } from '../../base/refusal';
import { PIXELS, SIDE } from '../mnist';

/** @returns 28 x 28 grey values @throws Refusal */
export function pixelsOf(bytes: Buffer): Uint8Array {
  const { data } = decode(bytes);
  // Luma according to ITU-R BT.601.
  const luma = (i: number) => 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
  const opacity = (i: number) => data[4 * i + 3]!;
  let [seen, seenLight] = [0, 0];
  for (let i = 0; i < PIXELS; i++) {
    seen += opacity(i);
    seenLight += opacity(i) * luma(i);
  }
  // Transparent pixels are background: black, or white behind dark ink, which would vanish on black.
  const paper = seen > 0 && seenLight < 128 * seen ? 255 : 0;
  const pixels = new Uint8Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    pixels[i] = Math.round((luma(i) * opacity(i) + paper * (255 - opacity(i))) / 255);
  }
  return pixels;
}

function decode(bytes: Buffer): { width: number; height: number; data: Uint8Array } {
  if (bytes.toString('latin1', 0, 4) === '\x89PNG') {
    // Checked before decoding: the first chunk begins with the width and the height.
    if (bytes.length < 24) throw new Refusal('it is cut off');
    requireSize(bytes.readUInt32BE(16), bytes.readUInt32BE(20));
    return intact(() => PNG.sync.read(bytes));
  }
  if (bytes.toString('latin1', 0, 3) === '\xff\xd8\xff') {
    const picture = intact(() => jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: 100 }));
    requireSize(picture.width, picture.height);
    return picture;
  }
  const kind = kindOfFile(bytes, '');
  throw new Refusal(kind === null ? 'it is neither a PNG nor a JPEG picture. Save it as PNG' : `it is ${kind}`);
}

/** Explains what the decoders say in their own terms. */
function intact<T>(decodePicture: () => T): T {
  try {
    return decodePicture();
  } catch (error) {
    throw new Refusal('it is damaged or cut off', { cause: error });
  }
}

function requireSize(width: number, height: number): void {
  if (width !== SIDE || height !== SIDE) {
    throw new Refusal(`it has ${width} x ${height} pixels instead of ${SIDE} x ${SIDE}`);
  }
}
