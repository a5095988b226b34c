import { describe, expect, test } from 'vitest';
import { type Glyph, glyph } from '../../../../src-main/synthesis/glyph';
import { joined, withHooks } from '../../../../src-main/synthesis/hasty-pen';
import { rngOf } from '../../../../src-main/synthesis/rng';

const variants = (form: Glyph, change: typeof joined) =>
  Array.from({ length: 1000 }, (_, index) => change(form, rngOf({ seed: 1, purpose: 'penDigits', index })));

const cornersOf = (form: Glyph) => form.flatMap(({ points, corners = [] }) => corners.map((at) => points[at]));

describe('joined', () => {
  const seven = glyph('~1,1 3,1 6,0! 5,5 3,10; 2,5 6,5');

  test('joins two strokes sometimes, and keeps all points and corners', () => {
    const drawn = variants(seven, joined).filter((form) => form.length === 1);
    expect(drawn.length).toBeGreaterThan(200);
    expect(drawn.length).toBeLessThan(300);
    for (const form of drawn) {
      expect(form[0]!.points.toSorted()).toEqual(seven.flatMap(({ points }) => points).toSorted());
      // A polyline, here the bar, has a corner at each end.
      expect(cornersOf(form)).toEqual(
        expect.arrayContaining([
          [6, 0],
          [2, 5],
          [6, 5],
        ]),
      );
    }
  });

  test('goes from the end of the first stroke to the start of the second, or the shortest way', () => {
    const ways = variants(seven, joined)
      .filter((form) => form.length === 1)
      .map(([line]) => line!.points.join(' '));
    expect(new Set(ways)).toEqual(new Set(['1,1 3,1 6,0 5,5 3,10 2,5 6,5', '3,10 5,5 6,0 3,1 1,1 2,5 6,5']));
  });

  test('leaves a form of one stroke as it is, and the third stroke of a form', () => {
    for (const form of variants(glyph('~0,0 5,5 0,10'), joined)) expect(form).toEqual(glyph('~0,0 5,5 0,10'));
    const three = glyph('0,0 5,0; 0,5 5,5; 0,10 5,10');
    for (const form of variants(three, joined)) expect(form.at(-1)).toEqual(three[2]);
  });
});

test('hooks are short, at some ends of a stroke, whose corners stay where they were', () => {
  const form = glyph('~0,4 0,0! 6,0! 3,10');
  const hooked = variants(form, withHooks);
  for (const changed of hooked)
    expect(cornersOf(changed)).toEqual([
      [0, 0],
      [6, 0],
    ]);
  const lengths = hooked.map(([line]) => line!.points.length);
  expect(new Set(lengths)).toEqual(new Set([4, 5, 6]));
  expect(lengths.filter((length) => length > 4).length).toBeLessThan(350);
  for (const [line] of hooked.filter(([line]) => line!.points.length === 6)) {
    const [hook, start] = line!.points;
    expect(Math.hypot(hook![0] - start![0], hook![1] - start![1])).toBeLessThanOrEqual(1.1);
  }
});
