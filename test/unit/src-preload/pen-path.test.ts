import { expect, test } from 'vitest';
import { type PathPoint, followPen } from '../../../src-preload/pen-path';
import type { Point } from '../../../src-preload/schemas';

function pathOf(points: Point[]): PathPoint[] {
  const path: PathPoint[] = [];
  followPen(points, (from, to) => {
    if (path.length === 0) path.push(from);
    expect(path.at(-1)).toEqual(from);
    path.push(to);
  });
  return path;
}

test('a single point is a dot, and no points give nothing', () => {
  expect(pathOf([[5, 6]])).toEqual([
    [5, 6, 1],
    [5, 6, 1],
  ]);
  expect(pathOf([])).toEqual([]);
});

test('the path starts and ends where the pen did, and is straight where the pen’s path was', () => {
  const path = pathOf([
    [0, 0],
    [10, 20],
    [20, 40],
  ]);
  expect(path[0]).toEqual([0, 0, 1]);
  expect(path.at(-1)).toEqual([20, 40, 1]);
  for (const [x, y] of path) expect(y).toBeCloseTo(2 * x);
});

test('a corner is rounded, within a tenth of a unit of the exact curve', () => {
  const path = pathOf([
    [0, 0],
    [100, 0],
    [100, 100],
  ]);
  // The curve from (0, 0), bent by (100, 0), to (100, 50).
  const exact = Array.from({ length: 1001 }, (_, i) => {
    const t = i / 1000;
    return [100 * (2 * t * (1 - t) + t * t), 50 * t * t] as const;
  });
  for (const [x, y] of exact) {
    const distances = path.slice(1).map((to, i) => distanceToPiece(x, y, path[i]!, to));
    expect(Math.min(...distances)).toBeLessThan(0.11);
  }
});

test('points close together give hardly more pieces than gaps between them', () => {
  const points = Array.from({ length: 100 }, (_, i): Point => [100 + 50 * Math.cos(i / 50), 50 * Math.sin(i / 50)]);
  expect(pathOf(points).length).toBeLessThanOrEqual(points.length + 2);
});

test('the width changes gradually from point to point', () => {
  const widths = pathOf([
    [0, 0, 0.5],
    [10, 0, 1.5],
    [20, 0, 1.5],
  ]).map(([, , width]) => width);
  expect(widths[0]).toBe(0.5);
  expect(widths.at(-1)).toBe(1.5);
  expect(widths).toEqual([...widths].sort((a, b) => a - b));
});

function distanceToPiece(x: number, y: number, [ax, ay]: PathPoint, [bx, by]: PathPoint): number {
  const squared = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}
