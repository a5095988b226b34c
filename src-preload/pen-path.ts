/** The line that a pen leaves. The pad paints it and recognition reads it, so both use the same code. */
import type { Point } from './schemas';

/** x and y in pad units, and the line's width there as a multiple of the pen's. */
export type PathPoint = readonly [x: number, y: number, width: number];

/** The maximum distance between a straight piece and the curve, in pad units. */
const TOLERANCE = 0.1;
/** Suffices even for two points at opposite sides of the pad. */
const MAX_PIECES = 16;

/**
 * Follows a smooth curve along the pen's points: quadratic Bézier curves that end half-way between two points, with the
 * points themselves as control points, the usual way to smooth a pen's path.
 * @param visit called with both ends of each straight piece of the curve, in order; both are the same for a dot
 */
export function followPen(points: readonly Point[], visit: (from: PathPoint, to: PathPoint) => void): void {
  const [first] = points;
  if (first === undefined) return;
  let start = pathPoint(first);
  if (points.length === 1) visit(start, start);
  for (let i = 1; i < points.length; i++) {
    const bend = pathPoint(points[i]!);
    const next = points[i + 1];
    const end = next === undefined ? bend : between(bend, pathPoint(next), 0.5);
    const pieces = piecesOf(start, bend, end);
    let from = start;
    for (let piece = 1; piece <= pieces; piece++) {
      const t = piece / pieces;
      const to = piece === pieces ? end : between(between(start, bend, t), between(bend, end, t), t);
      visit(from, to);
      from = to;
    }
    start = end;
  }
}

const pathPoint = ([x, y, width = 1]: Point): PathPoint => [x, y, width];

const between = ([ax, ay, aw]: PathPoint, [bx, by, bw]: PathPoint, t: number): PathPoint => [
  ax + t * (bx - ax),
  ay + t * (by - ay),
  aw + t * (bw - aw),
];

/** One piece deviates from the curve by at most a quarter of this distance; n equal pieces by n * n times less. */
function piecesOf([ax, ay]: PathPoint, [bx, by]: PathPoint, [cx, cy]: PathPoint): number {
  const distance = Math.hypot(ax - 2 * bx + cx, ay - 2 * by + cy);
  return Math.min(MAX_PIECES, Math.max(1, Math.ceil(Math.sqrt(distance / 4 / TOLERANCE))));
}
