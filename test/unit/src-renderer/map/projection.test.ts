import { expect, test } from 'vitest';
import { fit, move, moveProjection, principalComponents, project } from '../../../../src-renderer/map/projection';
import { labelsOf, unitsOf } from './clusters';

const SIZE = 50;
const units = unitsOf(labelsOf(200, 3));

/** Computed plainly, in another order. */
function covarianceOf(values: Float32Array): number[][] {
  const count = values.length / SIZE;
  const row = (i: number) => [...values.subarray(i * SIZE, (i + 1) * SIZE)];
  const rows = Array.from({ length: count }, (_, i) => row(i));
  const mean = rows.reduce(
    (sum, values) => sum.map((total, a) => total + values[a]! / count),
    Array<number>(SIZE).fill(0),
  );
  return mean.map((_, a) =>
    mean.map(
      (_, b) => rows.reduce((sum, values) => sum + (values[a]! - mean[a]!) * (values[b]! - mean[b]!), 0) / count,
    ),
  );
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
const times = (matrix: number[][], vector: ArrayLike<number>) => matrix.map((row) => dot(row, vector));

test('the principal components are the two directions of greatest variance, by power iteration', () => {
  const covariance = covarianceOf(units);
  const { axes, mean } = principalComponents(units, SIZE);
  const found = [axes.subarray(0, SIZE), axes.subarray(SIZE)];
  const known: number[][] = [];
  for (const axis of found) {
    let vector = Array.from({ length: SIZE }, (_, i) => 1 + (i % 7));
    for (let k = 0; k < 3000; k++) {
      vector = times(covariance, vector);
      for (const other of known) {
        const along = dot(vector, other);
        vector = vector.map((value, i) => value - along * other[i]!);
      }
      const length = Math.sqrt(dot(vector, vector));
      vector = vector.map((value) => value / length);
    }
    known.push(vector);
    expect(Math.abs(dot(axis, vector))).toBeCloseTo(1, 6);
    expect(dot(axis, axis)).toBeCloseTo(1, 9);
  }
  expect(dot(found[0]!, found[1]!)).toBeCloseTo(0, 9);
  // The middle of all images is projected to the middle.
  const points = project({ axes, mean, offset: [0, 0] }, units);
  expect(points.reduce((sum, value) => sum + value, 0) / points.length).toBeCloseTo(0, 5);
});

const points = Float32Array.of(0, 0, 4, 0, 4, 1, 1, 3);

test.each([
  ['turned', ([x, y]: [number, number]) => [0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y]],
  ['mirrored', ([x, y]: [number, number]) => [-x, y]],
  ['mirrored and turned', ([x, y]: [number, number]) => [y, x]],
  ['larger and elsewhere', ([x, y]: [number, number]) => [3 * x + 7, 3 * y - 2]],
])('points that are %s are moved to where they were', (_, change) => {
  const before = move(points, fit(points, null));
  const pairs = Array.from({ length: 4 }, (_, i): [number, number] => [points[2 * i]!, points[2 * i + 1]!]);
  const changed = Float32Array.from(pairs.flatMap((pair) => change(pair)));
  const moved = move(changed, fit(changed, before));
  moved.forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 5));
  expect([Math.max(...moved), Math.min(...moved)]).toEqual([expect.closeTo(1, 5), expect.closeTo(-1, 5)]);
});

test('a moved projection projects to the moved points; images that are all alike are in the middle', () => {
  const projection = principalComponents(units, SIZE);
  const projected = project(projection, units);
  const similarity = fit(
    projected,
    Float32Array.from(projected, (value, i) => value + Math.sin(i)),
  );
  const expected = move(projected, similarity);
  project(moveProjection(projection, similarity), units).forEach((value, i) =>
    expect(value).toBeCloseTo(expected[i]!, 5),
  );
  const same = project(principalComponents(new Float32Array(5 * SIZE), SIZE), new Float32Array(5 * SIZE));
  expect([...move(same, fit(same, same))]).toEqual(Array(10).fill(0));
});
