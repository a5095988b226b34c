/**
 * Brings strokes that are thinner than MNIST's to its width: where a thin pen's line is scaled down to MNIST's size, little
 * more than grey is left of it. A line's width is twice its area divided by its outline's length.
 */
import { distancesTo } from './distance';
import type { Bitmap } from './rasterize';

/** Of MNIST's digits 5 in 100 have a thinner stroke; as a share of the longer side of the digit's box. */
const MIN_WIDTH = 1.6 / 20;
/** The width that strokes are brought to: MNIST's median is 2.4 / 20. */
const WIDTH = 2.1 / 20;
/** What counts as ink, of 255. */
const INK = 128;

/** @returns the same bitmap where its strokes are wide enough */
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

/** The longer side of the ink's box, and how wide its strokes are, both in pixels; 0 where there is no ink. */
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
  // Along the pixels' sides an outline in all directions is 4 / pi times as long as it is.
  return { side: Math.max(right - left, bottom - top) + 1, strokeWidth: (2 * area) / (outline * (Math.PI / 4)) };
}
