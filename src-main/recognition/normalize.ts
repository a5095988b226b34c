/**
 * Prepares a drawing in the way MNIST was prepared (Y. LeCun, C. Cortes and C. Burges, "The MNIST database of
 * handwritten digits"): scales the ink's box so that its longer side is 20 pixels, keeping the aspect ratio, then moves
 * the centre of mass to the middle of 28 x 28 pixels.
 */
import type { Frame } from '@contract/recognition';
import { SIDE } from '../data/mnist';
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

/** How the ink of a drawing is brought to 28 x 28 pixels. */
export interface Placement {
  /** The ink's box in the drawing. */
  box: Box;
  /** The box's size in the 28 x 28 pixels. */
  width: number;
  height: number;
  /** The box's corner in the 28 x 28 pixels. */
  left: number;
  top: number;
  /** Grey values are multiplied by it, so that a thin pen has full ink. */
  gain: number;
}

/**
 * @param drawing ink on paper, of any size
 * @returns null if there is no ink. A 28 x 28 image that already looks like MNIST's is returned unchanged.
 */
export function normalize(drawing: Bitmap): Normalized | null {
  const placement = placementOf(drawing);
  return placement && { pixels: place(drawing, placement), frame: frameOf(placement) };
}

/** @returns null if there is no ink */
export function placementOf(drawing: Bitmap): Placement | null {
  const box = inkBox(drawing);
  if (box === null) return null;
  const scale = BOX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const columns = coverage(box.left, box.width / width, 0, width, drawing.width);
  const rows = coverage(box.top, box.height / height, 0, height, drawing.height);
  const values = resample(drawing, columns, rows);
  const peak = values.reduce((a, b) => Math.max(a, b), 0);
  const gain = peak >= PEAK ? 1 : 255 / peak;
  return { box, width, height, ...centred(width, height, values), gain };
}

/**
 * Brings a drawing to 28 x 28 grey values, placed like its own ink or like another drawing's. What lies outside is cut
 * off.
 */
export function place(drawing: Bitmap, { box, width, height, left, top, gain }: Placement): Uint8Array {
  const columns = coverage(box.left, box.width / width, -left, SIDE, drawing.width);
  const rows = coverage(box.top, box.height / height, -top, SIDE, drawing.height);
  const values = resample(drawing, columns, rows);
  return Uint8Array.from(values, (value) => Math.min(255, Math.round(gain * value)));
}

/** The area of the drawing that the 28 x 28 pixels cover, in the drawing's pixels. */
export function frameOf({ box, width, height, left, top }: Placement): Frame {
  const [pixelWidth, pixelHeight] = [box.width / width, box.height / height];
  return {
    x: box.left - left * pixelWidth,
    y: box.top - top * pixelHeight,
    width: SIDE * pixelWidth,
    height: SIDE * pixelHeight,
  };
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

/** Averages the bitmap over the area that each new pixel covers, see `coverage`. */
function resample({ width, values }: Bitmap, columns: Covered[][], rows: Covered[][]): Float64Array {
  const result = new Float64Array(columns.length * rows.length);
  let i = 0;
  for (const row of rows) {
    for (const column of columns) {
      let ink = 0;
      for (const y of row) {
        for (const x of column) ink += y.share * x.share * values[y.at * width + x.at]!;
      }
      result[i++] = ink;
    }
  }
  return result;
}

/** A row or column of the bitmap, and the fraction that it makes up of a new one. */
interface Covered {
  at: number;
  share: number;
}

/**
 * For each new row or column: which of the bitmap's it covers. It covers none outside the bitmap.
 * @param origin where the new one with index 0 begins
 * @param size of the new ones, in the bitmap's pixels
 * @param first the index of the first new one
 * @param count how many new ones
 * @param limit how many rows or columns the bitmap has
 */
function coverage(origin: number, size: number, first: number, count: number, limit: number): Covered[][] {
  return Array.from({ length: count }, (_, i) => {
    const begin = (first + i) * size;
    const end = begin + size;
    const covered: Covered[] = [];
    for (let at = Math.max(-origin, Math.floor(begin)); at < Math.min(limit - origin, end); at++) {
      const share = (Math.min(at + 1, end) - Math.max(at, begin)) / size;
      if (share > 0) covered.push({ at: origin + at, share });
    }
    return covered;
  });
}

/** Where a digit must be placed to have its centre of mass, rounded to whole pixels, in the middle of 28 x 28 pixels. */
function centred(width: number, height: number, values: Float64Array): { left: number; top: number } {
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
  return {
    left: within(Math.round(CENTRE - massX / mass), SIDE - width),
    top: within(Math.round(CENTRE - massY / mass), SIDE - height),
  };
}

/** Keeps the digit inside the image, even if its centre of mass is far from its middle. */
function within(offset: number, most: number): number {
  return Math.min(most, Math.max(0, offset));
}
