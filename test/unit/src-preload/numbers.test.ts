import { expect, test } from 'vitest';
import { parseNumber } from '../../../src-preload/numbers';

test.each([
  ['0.01', 0.01],
  ['0,01', 0.01],
  [' .5 ', 0.5],
  ['10,000', 10_000],
  ['10 000', 10_000],
  ['1,234,567', 1_234_567],
])('"%s" is read as intended', (text, number) => {
  expect(parseNumber(text)).toBe(number);
});

test.each(['', 'ten', '1,2,3', '1.000.000'])('"%s" is not a number', (text) => {
  expect(parseNumber(text)).toBeNaN();
});
