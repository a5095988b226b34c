/**
 * Prepares a drawing in the way MNIST was prepared (Y. LeCun, C. Cortes and C. Burges, "The MNIST database of
 * handwritten digits"): scales the ink's box so that its longer side is 20 pixels, keeping the aspect ratio, then moves
 * the centre of mass to the middle of 28 x 28 pixels.
 */
import type { Frame } from '@contract/recognition';
import { PIXELS, SIDE } from '../data/mnist';
import type { Bitmap } from './rasterize';

/** The longer side of a digit's box. */
const BOX = 20;
/** The position of the centre of mass in MNIST, as a pixel index. */
const CENTRE = 14;
/** MNIST's digits reach at least this value; drawings with thin pens are darkened to full ink. */
const PEAK = 250;

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Normalized {
  /** 28 x 28 grey values. */
  pixels: Uint8Array;
  /** The area of the drawing that the 28 x 28 pixels cover, in the drawing's pixels. */
  frame: Frame;
}

/**
 * @param drawing ink on paper, of any size
 * @returns null if there is no ink. A 28 x 28 image that already looks like MNIST's is returned unchanged.
 */
export function normalize(drawing: Bitmap): Normalized | null {
  const box = inkBox(drawing);
  if (box === null) return null;
  const scale = BOX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const digit = { width, height, values: withFullInk(resample(drawing, box, width, height)) };
  const { pixels, left, top } = centred(digit);
  const [pixelWidth, pixelHeight] = [box.width / width, box.height / height];
  const frame = {
    x: box.left - left * pixelWidth,
    y: box.top - top * pixelHeight,
    width: SIDE * pixelWidth,
    height: SIDE * pixelHeight,
  };
  return { pixels, frame };
}

/** The bounding box of the ink; null if there is none. */
function inkBox({ width, height, values }: Bitmap): Box | null {
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right === -1 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Scales a box of the bitmap by averaging over the area that each new pixel covers. */
function resample({ width, values }: Bitmap, box: Box, newWidth: number, newHeight: number): Float64Array {
  const columns = coverage(box.width, newWidth);
  const rows = coverage(box.height, newHeight);
  const result = new Float64Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      let ink = 0;
      for (const row of rows[y]!) {
        for (const column of columns[x]!) {
          ink += row.share * column.share * values[(box.top + row.at) * width + box.left + column.at]!;
        }
      }
      result[y * newWidth + x] = ink;
    }
  }
  return result;
}

/** For each of `to` pixels: which of the `from` pixels it covers, and the fraction of it that each makes up. */
function coverage(from: number, to: number): { at: number; share: number }[][] {
  const size = from / to;
  return Array.from({ length: to }, (_, i) => {
    const begin = i * size;
    const end = begin + size;
    const first = Math.floor(begin);
    const covered = [];
    for (let at = first; at < Math.min(from, end); at++) {
      const share = (Math.min(at + 1, end) - Math.max(at, begin)) / size;
      if (share > 0) covered.push({ at, share });
    }
    return covered;
  });
}

function withFullInk(values: Float64Array): Float64Array {
  const peak = values.reduce((a, b) => Math.max(a, b), 0);
  return peak >= PEAK ? values : values.map((value) => (value * 255) / peak);
}

/** Places a digit in 28 x 28 pixels with its centre of mass, rounded to whole pixels, in the middle. */
function centred({ width, height, values }: { width: number; height: number; values: Float64Array }) {
  let mass = 0;
  let massX = 0;
  let massY = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x]!;
      mass += value;
      massX += value * x;
      massY += value * y;
    }
  }
  const left = within(Math.round(CENTRE - massX / mass), SIDE - width);
  const top = within(Math.round(CENTRE - massY / mass), SIDE - height);
  const pixels = new Uint8Array(PIXELS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[(top + y) * SIDE + left + x] = Math.round(values[y * width + x]!);
  }
  return { pixels, left, top };
}

/** Keeps the digit inside the image, even if its centre of mass is far from its middle. */
function within(offset: number, most: number): number {
  return Math.min(most, Math.max(0, offset));
}
