import { expect, test } from 'vitest';
import { dropoutMasks } from '../../../../src-main/network/dropout';
import { permutation, philox4x32, randomWords, uniform } from '../../../../src-main/network/random';

test.each([
  // Known answers of the generator's authors (Random123, kat_vectors, "philox4x32 10").
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)('Philox gives the known answers for counter %j', (counter, key, words) => {
  const block = Uint32Array.from(counter);
  philox4x32(block, 0, key[0], key[1]);
  expect([...block]).toEqual(words);
});

test('numbers depend only on seed, purpose, epoch and index', () => {
  const key = { seed: 1, purpose: 'order', epoch: 2, index: 3 } as const;
  const words = randomWords(10, key);
  expect(randomWords(100, key).subarray(0, 10)).toEqual(words);
  for (const other of [{ seed: 2 }, { purpose: 'dropout' }, { epoch: 3 }, { index: 4 }] as const) {
    expect(randomWords(10, { ...key, ...other })).not.toEqual(words);
  }
});

test('a permutation contains every number once, and mixes', () => {
  const order = permutation(60_000, { seed: 1, purpose: 'order', epoch: 1 });
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 60_000 }, (_, i) => i));
  // Of 60,000 numbers in random order, about one keeps its position.
  expect(order.filter((value, i) => value === i).length).toBeLessThan(10);
});

test('dropout drops half, keeps the mean, and differs from step to step', () => {
  const { channels, units } = dropoutMasks(1000, 1, 1);
  expect([channels.length, units.length]).toEqual([20_000, 50_000]);
  for (const factors of [channels, units]) {
    expect(new Set(factors)).toEqual(new Set([0, 2]));
    expect(factors.reduce((a, b) => a + b) / factors.length).toBeCloseTo(1, 1);
  }
  expect(dropoutMasks(1000, 1, 1)).toEqual({ channels, units });
  expect(dropoutMasks(1000, 1, 2)).not.toEqual({ channels, units });
});

test('uniform numbers fill their range', () => {
  const values = uniform(100_000, -0.2, 0.2, { seed: 1, purpose: 'initialisation' });
  const mean = values.reduce((a, b) => a + b) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.002);
  expect(Math.min(...values.subarray(0, 50_000))).toBeGreaterThanOrEqual(-0.2);
  expect(Math.max(...values.subarray(0, 50_000))).toBeLessThan(0.2);
  expect(values.filter((value) => value > 0.15).length / values.length).toBeCloseTo(0.125, 2);
});
