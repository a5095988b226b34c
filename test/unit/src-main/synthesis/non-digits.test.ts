import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Drawing } from '../../../../src-preload/schemas';
import { normalize } from '../../../../src-main/recognition/normalize';
import { rasterize } from '../../../../src-main/recognition/rasterize';
import { TEST_SEED, testNonDigits, trainingNonDigit } from '../../../../src-main/synthesis/non-digits';
import { decodeNonDigits, encodeNonDigits } from '../../../fixtures/non-digits/encoding';

const FILE = join(import.meta.dirname, '../../../fixtures/non-digits/drawings.json');

test('the committed non-digits equal the generator’s output', () => {
  const committed = readFileSync(FILE, 'utf8');
  expect(encodeNonDigits(testNonDigits())).toBe(committed);
  expect(decodeNonDigits(committed)).toEqual(testNonDigits());
});

test('each is a valid drawing with ink on the pad', () => {
  const drawings = testNonDigits();
  expect(drawings.length).toBeGreaterThanOrEqual(200);
  for (const { drawing } of drawings) {
    expect(Drawing.parse(drawing)).toEqual(drawing);
    expect(normalize(rasterize(drawing))).not.toBeNull();
  }
});

test('training gets different drawings, and none of the excluded kinds', () => {
  const tested = testNonDigits();
  const heldOut = new Set(tested.filter((each) => each.heldOut).map(({ kind }) => kind));
  expect(heldOut.size).toBeGreaterThanOrEqual(20);
  const forTest = new Set(tested.map(({ drawing }) => JSON.stringify(drawing)));
  const trained = Array.from({ length: 300 }, (_, i) => trainingNonDigit(1, i));
  expect(trained.some(({ kind }) => heldOut.has(kind))).toBe(false);
  expect(trained.some(({ drawing }) => forTest.has(JSON.stringify(drawing)))).toBe(false);
  expect(new Set(trained.map(({ drawing }) => JSON.stringify(drawing))).size).toBe(300);
  expect(trainingNonDigit(1, 7)).toEqual(trainingNonDigit(1, 7));
  expect(() => trainingNonDigit(TEST_SEED, 0)).toThrow('test');
});
