import type { Point } from '@contract/schemas';

/** In pad units. A fast mouse reports a thousand times a second, and points closer than this add nothing. */
const minDistance = 1;

const isApart = ([x, y]: Point, [nextX, nextY]: Point): boolean => Math.hypot(nextX - x, nextY - y) >= minDistance;

/** The pen's path with more points, without those that add nothing. */
export function extended(path: readonly Point[], points: readonly Point[]): Point[] {
  const longer = [...path];
  for (const point of points) {
    const last = longer.at(-1);
    if (last === undefined || isApart(last, point)) longer.push(point);
  }
  return longer;
}
