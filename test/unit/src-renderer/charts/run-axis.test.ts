import { expect, test } from 'vitest';
import { epochLines } from '../../../../src-renderer/charts/epoch-grid';
import { epochAt, shownEnd, stepsAt } from '../../../../src-renderer/charts/run-axis';

const mnist = { epochSize: 60_000, batchSize: 64, end: 180_000 };

test('epochs and steps follow from the examples seen, even if epochs end with a smaller batch', () => {
  expect([0, 640, 60_000, 60_640, 180_000].map((seen) => stepsAt(seen, mnist))).toEqual([0, 10, 938, 948, 2814]);
  expect([0, 59_968, 60_000].map((seen) => epochAt(seen, mnist))).toEqual([1, 1, 2]);
});

test('each epoch has a line if there is room for its number', () => {
  const epochs = (min: number, max: number) => epochLines({ min, max }, 60_000, 600).map(({ epoch }) => epoch);
  expect(epochs(0, 180_000)).toEqual([1, 2, 3]);
  expect(epochs(0, 3_000_000)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
  expect(epochs(70_000, 110_000)).toEqual([]);
  expect(epochs(110_000, 250_000)).toEqual([2, 3, 4]);
  expect(epochLines({ min: 0, max: 180_000 }, 60_000, 600)[0]).toEqual({ epoch: 1, at: 60_000 });
});

test('the axis shows a short run as a whole, and a long one in stretches that double', () => {
  expect(shownEnd(0, mnist)).toBe(180_000);
  const long = { ...mnist, end: 50 * 60_000 };
  const epochs = [0, 5, 5.1, 10, 11, 21, 41, 50].map((seen) => shownEnd(seen * 60_000, long) / 60_000);
  expect(epochs).toEqual([5, 5, 10, 10, 20, 40, 50, 50]);
  // A run whose number of epochs is unknown.
  expect(shownEnd(420_000, { ...mnist, end: 0 })).toBe(420_000);
});
