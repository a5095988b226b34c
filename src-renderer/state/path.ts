import type { Point } from '@contract/schemas';

/** In pad units. A fast mouse reports a thousand points per second; closer points add nothing. */
const minDistance = 1;

const isApart = ([x, y]: Point, [nextX, nextY]: Point): boolean => Math.hypot(nextX - x, nextY - y) >= minDistance;

/** Extends the pen's path by points that are far enough apart. */
export function extended(path: readonly Point[], points: readonly Point[]): Point[] {
  const longer = [...path];
  for (const point of points) {
    const last = longer.at(-1);
    if (last === undefined || isApart(last, point)) longer.push(point);
  }
  return longer;
}
