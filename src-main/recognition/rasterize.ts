import { type PathPoint, followPen } from '@contract/pen-path';
import type { Drawing, Stroke } from '@contract/schemas';
import { UserError } from '../base/errors';

/** Height and width of the pad in its own units, and of the bitmap in pixels. */
export const PAD_SIDE = 280;

/**
 * The maximum number of pixels visited for one drawing, which takes a third of a second: enough to cover the whole pad
 * a dozen times with the usual pen. Training waits while a drawing is read.
 */
const MAX_LOOKED_AT = 30_000_000;

/** Grey values, row by row; 0 is paper, 255 is ink. */
export interface Bitmap {
  width: number;
  height: number;
  values: Uint8Array;
}

/**
 * Draws the strokes one after the other with round pens and erasers. Anything outside the pad is cut off.
 * @returns PAD_SIDE x PAD_SIDE grey values with smooth edges
 * @throws UserError `drawing-too-long`
 */
export function rasterize({ strokes }: Drawing): Bitmap {
  return rasterizePaths(strokes.map(pathOf));
}

/** The line that a pen or eraser leaves, as straight segments. */
export interface InkPath {
  /** The pen's width at relative width 1. */
  width: number;
  erases: boolean;
  segments: [from: PathPoint, to: PathPoint][];
}

export function pathOf({ width, erases = false, points }: Stroke): InkPath {
  const segments: InkPath['segments'] = [];
  followPen(points, (from, to) => segments.push([from, to]));
  return { width, erases, segments };
}

/** @see rasterize */
export function rasterizePaths(paths: readonly InkPath[]): Bitmap {
  const values = new Uint8Array(PAD_SIDE * PAD_SIDE);
  let lookedAt = 0;
  for (const { width, erases, segments } of paths) {
    for (const [from, to] of segments) {
      lookedAt += drawSegment(values, from, to, width / 2, erases);
      if (lookedAt > MAX_LOOKED_AT) {
        throw new UserError(
          'drawing-too-long',
          'The drawing is too long to be read. Undo some strokes, or clear the pad.',
        );
      }
    }
  }
  return { width: PAD_SIDE, height: PAD_SIDE, values };
}

/**
 * Inks or clears every pixel by the depth of its centre inside the pen's path, with one grey pixel at the edge.
 * @param radius of the pen at relative width 1; the width changes linearly between the points
 * @returns the number of pixels visited
 */
function drawSegment(values: Uint8Array, a: PathPoint, b: PathPoint, radius: number, erases: boolean): number {
  const [ax, ay, aWidth] = a;
  const [bx, by, bWidth] = b;
  const reach = radius * Math.max(aWidth, bWidth) + 1;
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
      const offX = px - along * dx;
      const offY = py - along * dy;
      // Not Math.hypot: this is the innermost loop, and hypot takes ten times as long.
      const distance = Math.sqrt(offX * offX + offY * offY);
      const depth = radius * (aWidth + along * (bWidth - aWidth)) + 0.5 - distance;
      if (depth <= 0) continue;
      const inside = depth >= 1 ? 255 : Math.round(255 * depth);
      const at = y * PAD_SIDE + x;
      if (erases) values[at] = Math.min(values[at]!, 255 - inside);
      else if (inside > values[at]!) values[at] = inside;
    }
  }
  return Math.max(0, right - left + 1) * Math.max(0, bottom - top + 1);
}
