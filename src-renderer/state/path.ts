import type { Point } from '@contract/schemas';

/** A fast mouse reports a thousand times a second; points nearer than this to the last one, in pad units, add nothing. */
const leastStep = 1;

const isOff = ([x, y]: Point, [nextX, nextY]: Point): boolean => Math.hypot(nextX - x, nextY - y) >= leastStep;

/** The pen's path with the points it went on to, but for those that add nothing. */
export function extended(path: readonly Point[], points: readonly Point[]): Point[] {
  const longer = [...path];
  for (const point of points) {
    const last = longer.at(-1);
    if (last === undefined || isOff(last, point)) longer.push(point);
  }
  return longer;
}
