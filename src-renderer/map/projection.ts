/** Linear maps from an image's 50 hidden units to a point. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** point = axes * (units - mean) + offset; both axes follow each other in `axes`. */
export interface Projection {
  mean: Float64Array;
  axes: Float64Array;
  offset: [number, number];
}

/**
 * Principal component analysis: the two directions in which the images differ most.
 * @param units count x size, image by image
 * @param size at least 2
 */
export function principalComponents(units: Float32Array, size: number): Projection {
  const count = units.length / size;
  const mean = new Float64Array(size);
  for (let i = 0; i < units.length; i++) mean[i % size]! += units[i]! / count;
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (let image = 0; image < count; image++) {
    for (let a = 0; a < size; a++) {
      const from = units[image * size + a]! - mean[a]!;
      const row = covariance[a]!;
      for (let b = 0; b <= a; b++) row[b]! += from * (units[image * size + b]! - mean[b]!);
    }
  }
  const matrix = new Matrix(size, size);
  covariance.forEach((row, a) => {
    for (let b = 0; b <= a; b++) {
      matrix.set(a, b, row[b]! / count);
      matrix.set(b, a, row[b]! / count);
    }
  });
  const vectors = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).eigenvectorMatrix;
  // The eigenvalues are in ascending order.
  const axes = [size - 1, size - 2].flatMap((column) => towardsPositive(vectors.getColumn(column)));
  return { mean, axes: Float64Array.from(axes), offset: [0, 0] };
}

/** An eigenvector's sign is arbitrary, but must not depend on the computation. */
function towardsPositive(vector: number[]): number[] {
  const sum = vector.reduce((total, value) => total + value, 0);
  return sum < 0 ? vector.map((value) => -value) : vector;
}

/** @returns count x 2 */
export function project({ mean, axes, offset }: Projection, units: Float32Array): Float32Array {
  const size = mean.length;
  const points = new Float32Array((units.length / size) * 2);
  for (let i = 0; i < points.length; i++) {
    const [image, axis] = [Math.floor(i / 2), i % 2];
    let sum = offset[axis]!;
    for (let a = 0; a < size; a++) sum += axes[axis * size + a]! * (units[image * size + a]! - mean[a]!);
    points[i] = sum;
  }
  return points;
}

/** x' = scale * turn * x + offset */
export interface Similarity {
  /** Row by row; a rotation, or a reflection. */
  turn: [number, number, number, number];
  scale: number;
  offset: [number, number];
}

/**
 * Turns or mirrors points so that they are as near as possible to where they were (orthogonal Procrustes analysis), and
 * fits them into the square from -1 to 1.
 * @param points count x 2
 * @param before count x 2; null if there is nothing to be near to
 */
export function fit(points: Float32Array, before: Float32Array | null): Similarity {
  const turn = before === null ? ([1, 0, 0, 1] as Similarity['turn']) : turnTowards(points, before);
  const [a, b, c, d] = turn;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const x = a * points[i]! + b * points[i + 1]!;
    const y = c * points[i]! + d * points[i + 1]!;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  // All points may be the same one.
  const scale = 2 / (Math.max(right - left, bottom - top) || 1);
  return { turn, scale, offset: [(-scale * (left + right)) / 2, (-scale * (top + bottom)) / 2] };
}

function turnTowards(points: Float32Array, before: Float32Array): Similarity['turn'] {
  const [p, q] = [centred(points), centred(before)];
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < p.length; i += 2) {
    xx += p[i]! * q[i]!;
    xy += p[i]! * q[i + 1]!;
    yx += p[i + 1]! * q[i]!;
    yy += p[i + 1]! * q[i + 1]!;
  }
  // The sum of products after the best rotation, and after the best reflection.
  const rotated = Math.hypot(xx + yy, xy - yx);
  const mirrored = Math.hypot(xx - yy, xy + yx);
  if (rotated === 0 && mirrored === 0) return [1, 0, 0, 1];
  if (rotated >= mirrored) {
    const [cos, sin] = [(xx + yy) / rotated, (xy - yx) / rotated];
    return [cos, -sin, sin, cos];
  }
  const [cos, sin] = [(xx - yy) / mirrored, (xy + yx) / mirrored];
  return [cos, sin, sin, -cos];
}

function centred(points: Float32Array): Float64Array {
  const mean = [0, 0];
  for (let i = 0; i < points.length; i++) mean[i % 2]! += (2 * points[i]!) / points.length;
  return Float64Array.from(points, (value, i) => value - mean[i % 2]!);
}

/** @returns the points, moved */
export function move(points: Float32Array, { turn: [a, b, c, d], scale, offset: [x, y] }: Similarity): Float32Array {
  const moved = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    moved[i] = scale * (a * points[i]! + b * points[i + 1]!) + x;
    moved[i + 1] = scale * (c * points[i]! + d * points[i + 1]!) + y;
  }
  return moved;
}

/** @returns a projection to the moved points */
export function moveProjection({ mean, axes, offset }: Projection, similarity: Similarity): Projection {
  const size = mean.length;
  const moved = new Float64Array(2 * size);
  const [a, b, c, d] = similarity.turn;
  for (let i = 0; i < size; i++) {
    moved[i] = similarity.scale * (a * axes[i]! + b * axes[size + i]!);
    moved[size + i] = similarity.scale * (c * axes[i]! + d * axes[size + i]!);
  }
  const [x, y] = move(Float32Array.from(offset), similarity);
  return { mean, axes: moved, offset: [x!, y!] };
}
