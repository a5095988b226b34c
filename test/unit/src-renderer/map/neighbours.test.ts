import { expect, test } from 'vitest';
import { islands } from '../../../../src-renderer/map/islands';
import {
  largestOverlap,
  nearestInPlane,
  nearestNeighbours,
  placeBetween,
} from '../../../../src-renderer/map/neighbours';
import { fit, move, principalComponents, project } from '../../../../src-renderer/map/projection';
import { labelsOf, unitsOf } from './clusters';

test('the nearest neighbours are those that sorting all distances finds', () => {
  const units = unitsOf(labelsOf(60, 3));
  const { indices, squared } = nearestNeighbours(units, 50, 5);
  for (let i = 0; i < 60; i++) {
    const distances = Array.from({ length: 60 }, (_, j) =>
      Array.from({ length: 50 }, (_, a) => (units[i * 50 + a]! - units[j * 50 + a]!) ** 2).reduce((a, b) => a + b),
    );
    const nearest = [...distances.keys()].filter((j) => j !== i).sort((a, b) => distances[a]! - distances[b]!);
    expect([...indices.subarray(5 * i, 5 * i + 5)]).toEqual(nearest.slice(0, 5));
    expect(squared[5 * i]).toBeCloseTo(distances[nearest[0]!]!, 9);
  }
});

test('the nearest neighbours in a plane are the same, also of points at the same place or in a line', () => {
  const scattered = unitsOf(labelsOf(8, 3)).subarray(0, 400);
  const inLine = scattered.map((value, i) => (i % 2 === 0 ? 0.5 : value));
  const twice = Float32Array.from([...scattered, ...scattered]);
  for (const points of [scattered, inLine, twice]) {
    const { indices, squared } = nearestInPlane(points, 7);
    expect(squared).toEqual(nearestNeighbours(points, 2, 7).squared);
    indices.forEach((neighbour, at) => {
      const i = Math.floor(at / 7);
      expect(neighbour).not.toBe(i);
      const distance = [0, 1].map((a) => (points[2 * i + a]! - points[2 * neighbour + a]!) ** 2);
      expect(distance[0]! + distance[1]!).toBe(squared[at]);
    });
  }
});

test('an image is placed upon the same image, else between those that are alike', () => {
  const units = Float32Array.of(0, 0, 1, 0, 0, 1, 9, 9);
  const points = Float32Array.of(0, 0, 1, 0, 0, 1, -1, -1);
  const [x, y] = placeBetween(units, points, Float32Array.of(1, 0), 3);
  expect([x, y]).toEqual([expect.closeTo(1, 6), expect.closeTo(0, 6)]);
  const between = placeBetween(units, points, Float32Array.of(0.5, 0), 2);
  expect(between).toEqual([expect.closeTo(0.5, 6), expect.closeTo(0, 6)]);
});

test('the labels that overlap most are those whose images lie among each other', () => {
  // 0 alone, 1 and 2 mixed along a line.
  const labels = Uint8Array.from({ length: 60 }, (_, i) => (i < 20 ? 0 : 1 + (i % 2)));
  const points = Float32Array.from({ length: 120 }, (_, k) => (k % 2 === 0 ? (k < 40 ? -1000 : 0) + k / 2 : 0));
  expect(largestOverlap(points, labels, 4)).toMatchObject({ labels: [1, 2] });
  expect(largestOverlap(points, labels, 4)!.share).toBeGreaterThan(0.4);
  expect(largestOverlap(points, new Uint8Array(60), 4)).toBeNull();
});

test('islands form from where the images are, the same each time, and no label is among another', () => {
  const labels = labelsOf(120, 4);
  const units = unitsOf(labels);
  const projected = project(principalComponents(units, 50), units);
  const initial = move(projected, fit(projected, null));
  const form = () => [...islands(units, 50, initial)];
  const epochs = form();
  expect(form().at(-1)).toEqual(epochs.at(-1));
  // At first they are near the given points.
  const first = move(epochs[0]!, fit(epochs[0]!, initial));
  expect(Math.max(...first.map((value, i) => Math.abs(value - initial[i]!)))).toBeLessThan(0.5);
  expect(largestOverlap(epochs.at(-1)!, labels)).toBeNull();
});
