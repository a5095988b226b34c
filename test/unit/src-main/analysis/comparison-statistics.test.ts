import { describe, expect, test } from 'vitest';
import { mcnemarTest } from '../../../../src-main/analysis/mcnemar';
import { verdictOf } from '../../../../src-main/analysis/trial-verdict';

/** Counts all outcomes of a fair coin. */
function plainMcnemar(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  let extreme = 0;
  for (let falls = 0; falls < 2 ** count; falls++) {
    const heads = falls.toString(2).replaceAll('0', '').length;
    if (Math.abs(2 * heads - count) >= Math.abs(onlyFirst - onlySecond)) extreme++;
  }
  return extreme / 2 ** count;
}

test.each([
  [0, 0],
  [1, 0],
  [5, 5],
  [7, 2],
  [0, 9],
  [3, 10],
])('McNemar’s test of %i and %i agrees with counting all outcomes of a coin', (first, second) => {
  expect(mcnemarTest(first, second)).toBeCloseTo(plainMcnemar(first, second), 12);
});

test('McNemar’s test works for thousands of images', () => {
  expect(mcnemarTest(31, 12)).toBeCloseTo(0.00541, 4);
  expect(mcnemarTest(5000, 5000)).toBe(1);
  expect(mcnemarTest(4800, 5200)).toBeLessThan(0.0001);
});

/** Numbers from 0 to 1, the same each time: a linear congruential generator (Numerical Recipes). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32;
}

const total = 10_000;
const accuracy = (value: number) => Math.round(total * Math.min(1, value)) / total;

const noises: Record<string, (random: () => number) => number> = {
  normal: (random) => 0.0015 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  // An occasional run is far worse.
  skewed: (random) => 0.0015 * Math.log(1 - random()),
  even: (random) => 0.005 * (random() - 0.5),
};

describe.each(Object.keys(noises))('with %s noise', (name) => {
  test.each([3, 4, 5, 7, 10])('A against A claims a difference in at most 5%% of 1,000 trials of %i seeds', (seeds) => {
    const random = randomNumbers(seeds);
    const run = () => accuracy(0.972 + noises[name]!(random));
    let claims = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const pairs = Array.from({ length: seeds }, () => [run(), run()] as const);
      if (verdictOf(pairs, total)!.differs) claims++;
    }
    expect(claims).toBeLessThanOrEqual(50);
    expect(claims).toBeGreaterThan(0);
  });
});

test('a real difference is found, and the interval covers it', () => {
  const random = randomNumbers(1);
  let found = 0;
  let covered = 0;
  for (let trial = 0; trial < 200; trial++) {
    const pairs = Array.from({ length: 5 }, () => {
      const first = 0.972 + noises.normal!(random);
      return [accuracy(first), accuracy(first + 0.004 + 0.5 * noises.normal!(random))] as const;
    });
    const { differs, interval, mean } = verdictOf(pairs, total)!;
    if (differs && mean > 0) found++;
    if (interval.low <= 0.004 && 0.004 <= interval.high) covered++;
  }
  expect(found).toBeGreaterThan(190);
  expect(covered).toBeGreaterThan(190);
});

test('equal runs do not differ, one image more per seed is no proof, and two seeds give no verdict', () => {
  const same = Array.from({ length: 3 }, () => [0.97, 0.97] as const);
  expect(verdictOf(same, total)).toMatchObject({ mean: 0, differs: false });
  const oneMore = Array.from({ length: 3 }, () => [0.97, 0.9701] as const);
  expect(verdictOf(oneMore, total)).toMatchObject({ differs: false });
  expect(verdictOf(same.slice(1), total)).toBeNull();
});
