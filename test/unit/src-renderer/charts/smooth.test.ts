import { expect, test } from 'vitest';
import { smooth, windowFor } from '../../../../src-renderer/charts/smooth';

test('a smoothed line follows the mean of a noisy one from its first value', () => {
  const noisy = Array.from({ length: 2000 }, (_, i) => 1 + (i % 2 ? 0.5 : -0.5));
  const line = smooth(noisy, 50);
  expect(line[0]).toBe(0.5);
  expect(line[1]).toBeCloseTo(1, 1);
  for (const value of line.slice(100)) expect(Math.abs(value - 1)).toBeLessThan(0.03);
});

test('a value that is not a number is skipped', () => {
  expect([...smooth([NaN, 2, Infinity, 2], 10)]).toEqual([NaN, 2, 2, 2]);
});

test('the window is a tenth of an epoch in the article, and grows with the run', () => {
  expect(windowFor(3 * 94)).toBe(10);
  expect(windowFor(50 * 938)).toBe(938);
});
