import type { Drawing } from '@contract/schemas';

/** Height and width of the pad in its own units, and of the bitmap in pixels. */
export const PAD_SIDE = 280;

/** Grey values, row by row; 0 is paper, 255 is ink. */
export interface Bitmap {
  width: number;
  height: number;
  values: Uint8Array;
}

/**
 * Draws the strokes as round pens do. What leaves the pad is cut off.
 * @returns PAD_SIDE x PAD_SIDE grey values with smooth edges
 */
export function rasterize({ strokes }: Drawing): Bitmap {
  const values = new Uint8Array(PAD_SIDE * PAD_SIDE);
  for (const { width, points } of strokes) {
    for (let i = 0; i < points.length; i++) {
      // A single point is a dot: a segment from it to itself.
      if (i === 0 && points.length > 1) continue;
      drawSegment(values, points[Math.max(0, i - 1)]!, points[i]!, width / 2);
    }
  }
  return { width: PAD_SIDE, height: PAD_SIDE, values };
}

type Point = readonly [number, number];

/** Inks every pixel by how far its centre lies inside the pen's path, one pixel of grey at the edge. */
function drawSegment(values: Uint8Array, [ax, ay]: Point, [bx, by]: Point, radius: number): void {
  const reach = radius + 1;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(PAD_SIDE - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(PAD_SIDE - 1, Math.ceil(Math.max(ay, by) + reach));
  const dx = bx - ax;
  const dy = by - ay;
  const squared = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax;
      const py = y + 0.5 - ay;
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
      const distance = Math.hypot(px - along * dx, py - along * dy);
      const ink = Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - distance)));
      const at = y * PAD_SIDE + x;
      if (ink > values[at]!) values[at] = ink;
    }
  }
}
