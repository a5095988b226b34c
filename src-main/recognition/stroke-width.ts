/**
 * Widens strokes that are thinner than MNIST's: a thin pen's line, scaled down to MNIST's size, becomes little more
 * than grey. A line's width is twice its area divided by the length of its outline.
 */
import { distancesTo } from './distance';
import type { Bitmap } from './rasterize';

/** As a fraction of the longer side of the digit's box; 5 in 100 MNIST digits have thinner strokes. */
const MIN_WIDTH = 1.6 / 20;
/** The width to which strokes are widened: MNIST's median is 2.4 / 20. */
const WIDTH = 2.1 / 20;
/** The smallest value that counts as ink, of 255. */
const INK = 128;

/** @returns the same bitmap if its strokes are wide enough */
export function withMinStrokeWidth(bitmap: Bitmap): Bitmap {
  const { width, height, values } = bitmap;
  const { side, strokeWidth } = measure(bitmap);
  if (side === 0 || strokeWidth >= MIN_WIDTH * side) return bitmap;
  const reach = (WIDTH * side - strokeWidth) / 2;
  const distances = distancesTo(width, height, (at) => values[at]! >= INK);
  return {
    width,
    height,
    values: values.map((value, at) =>
      Math.max(value, Math.round(255 * Math.min(1, Math.max(0, reach + 0.5 - distances[at]!)))),
    ),
  };
}

/** The longer side of the ink's box and the width of its strokes, both in pixels; 0 if there is no ink. */
function measure({ width, height, values }: Bitmap): { side: number; strokeWidth: number } {
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [area, outline] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const value = values[at]!;
      const beside = x + 1 < width ? values[at + 1]! : 0;
      const below = y + 1 < height ? values[at + width]! : 0;
      outline += Math.abs(value - beside) + Math.abs(value - below);
      if (value === 0) continue;
      area += value;
      if (value < INK) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right === -1) return { side: 0, strokeWidth: 0 };
  // Measured along the sides of pixels, an outline in all directions appears 4 / pi times as long as it is.
  return { side: Math.max(right - left, bottom - top) + 1, strokeWidth: (2 * area) / (outline * (Math.PI / 4)) };
}
