import { expect, test } from 'vitest';
import { thin } from '../../../../src-renderer/charts/thin';

const n = 46_900;
const x = Array.from({ length: n }, (_, i) => 64 * i);
const y = x.map((_, i) => Math.sin(i) + (i === 20_001 ? 9 : 0) - (i === 20_007 ? 9 : 0));

test('a long line keeps its ends, peaks and positions, with a few points per pixel', () => {
  const points = thin(x, y, 800);
  expect(points.length).toBeLessThanOrEqual(4 * 800);
  expect(points[0]).toEqual({ x: 0, y: y[0], index: 0 });
  expect(points.at(-1)).toEqual({ x: x[n - 1], y: y[n - 1], index: n - 1 });
  expect(points.map(({ index }) => index)).toEqual(expect.arrayContaining([20_001, 20_007]));
  for (const [i, point] of points.entries()) {
    expect([point.x, point.y]).toEqual([x[point.index], y[point.index]]);
    if (i > 0) expect(point.index).toBeGreaterThan(points[i - 1]!.index);
  }
});

test('a range has all its points, and one beyond each end', () => {
  const part = thin(x, y, 800, { min: 64 * 100, max: 64 * 199.5 });
  expect(part.map(({ index }) => index)).toEqual(Array.from({ length: 102 }, (_, i) => 99 + i));
  expect(thin(x, y, 800, { min: 0, max: 64 }).map(({ index }) => index)).toEqual([0, 1]);
  expect(thin([], [], 800, { min: 0, max: 100 })).toEqual([]);
});
