import { expect, test } from 'vitest';
import { RateLimit } from '../../../../src-main/base/rate-limit';

test('at most this many times within the period, and again once the first is older', () => {
  let now = 0;
  const limit = new RateLimit(2, 1000, () => now);
  const takeAt = (time: number) => {
    now = time;
    return limit.take();
  };
  expect([0, 400, 500, 999].map(takeAt)).toEqual([true, true, false, false]);
  // What was refused does not count.
  expect([1000, 1001, 1400].map(takeAt)).toEqual([true, false, true]);
  limit.reset();
  expect([1401, 1402, 1403].map(takeAt)).toEqual([true, true, false]);
});
