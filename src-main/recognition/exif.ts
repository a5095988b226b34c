/** Reads the EXIF orientation (CIPA DC-008), with which a camera states how to rotate its picture. */
import type { Rgba } from './bmp';

const ORIENTATION = 0x0112;

/** @param bytes a JPEG file @returns 1 to 8; 1 (upright) by default */
export function orientationOf(bytes: Buffer): number {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const [marker, size] = [bytes[at + 1]!, bytes.readUInt16BE(at + 2)];
    // The image data begin; metadata come before them.
    if (marker === 0xda) break;
    const segment = bytes.subarray(at + 4, at + 2 + size);
    if (marker === 0xe1 && segment.toString('latin1', 0, 6) === 'Exif\0\0') return orientationIn(segment.subarray(6));
    at += 2 + size;
  }
  return 1;
}

/** @param tiff a TIFF header and its list of tags */
function orientationIn(tiff: Buffer): number {
  if (tiff.length < 8) return 1;
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const list = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (list + 2 > tiff.length) return 1;
  for (let i = 0, at = list + 2; i < short(list) && at + 12 <= tiff.length; i++, at += 12) {
    if (short(at) !== ORIENTATION) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** Maps the upright picture's pixel (x, y) to the stored picture of width w and height h, for each orientation. */
type Source = (x: number, y: number, w: number, h: number) => [number, number];
const sources: Source[] = [
  (x, y) => [x, y],
  (x, y, w) => [w - 1 - x, y],
  (x, y, w, h) => [w - 1 - x, h - 1 - y],
  (x, y, _w, h) => [x, h - 1 - y],
  (x, y) => [y, x],
  (x, y, _w, h) => [y, h - 1 - x],
  (x, y, w, h) => [w - 1 - y, h - 1 - x],
  (x, y, w) => [w - 1 - y, x],
];

/** @param orientation 1 to 8 @returns the upright picture */
export function upright({ width, height, data }: Rgba, orientation: number): Rgba {
  if (orientation === 1) return { width, height, data };
  const source = sources[orientation - 1]!;
  const [newWidth, newHeight] = orientation >= 5 ? [height, width] : [width, height];
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const [sx, sy] = source(x, y, width, height);
      const from = 4 * (sy * width + sx);
      turned.set(data.subarray(from, from + 4), 4 * (y * newWidth + x));
    }
  }
  return { width: newWidth, height: newHeight, data: turned };
}
