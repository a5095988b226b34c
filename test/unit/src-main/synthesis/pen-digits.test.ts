import { beforeAll, expect, test } from 'vitest';
import { Drawing } from '../../../../src-preload/schemas';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { recognize } from '../../../../src-main/recognition/recognize';
import { glyph, trace } from '../../../../src-main/synthesis/glyph';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';
import { penForms } from '../../../../src-main/synthesis/pen-forms';

beforeAll(async () => {
  await loadTensorFlow();
});

test('each digit has forms, and each form is within its sheet', () => {
  expect(penForms.length).toBe(10);
  for (const forms of penForms) {
    expect(forms.length).toBeGreaterThanOrEqual(5);
    for (const [x, y] of forms.flatMap((form) => glyph(form).flatMap(({ points }) => points))) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(7);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(10);
    }
  }
});

test('a curve is smooth except at its corners', () => {
  const sharpest = (text: string) => {
    const points = trace(glyph(text)[0]!);
    const turns = points.slice(1, -1).map(([x, y], i) => {
      const [before, after] = [points[i]!, points[i + 2]!];
      const turn = Math.atan2(after[1] - y, after[0] - x) - Math.atan2(y - before[1], x - before[0]);
      return Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn)));
    });
    return Math.max(...turns);
  };
  expect(sharpest('~0,0 3,0 6,0 4,5 3,10')).toBeLessThan(1);
  expect(sharpest('~0,0 3,0 6,0! 4,5 3,10')).toBeGreaterThan(1.5);
});

test('a drawing depends only on digit, seed and index, and is valid', () => {
  const drawings = Array.from({ length: 200 }, (_, i) => penDigit(i % 10, 3, i));
  for (const drawing of drawings) expect(Drawing.parse(drawing)).toEqual(drawing);
  expect(new Set(drawings.map((drawing) => JSON.stringify(drawing))).size).toBe(200);
  expect(penDigit(7, 3, 7)).toEqual(drawings[7]);
  expect(penDigit(7, 4, 7)).not.toEqual(drawings[7]);
});

test('the bundled model reads drawings from a seed that it was not trained on', async () => {
  const bundled = await loadBundledModel();
  const count = 2000;
  const right = Array.from({ length: count }, (_, i) => recognize(bundled, penDigit(i % 10, 4711, i)).digit === i % 10);
  expect(right.filter(Boolean).length / count).toBeGreaterThanOrEqual(0.95);
});
