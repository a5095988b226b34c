import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { recognize } from '../../../../src-main/recognition/recognize';
import { turningStroke } from '../../../../src-main/recognition/turning-stroke';
import { penDigit } from '../../../../src-main/synthesis/pen-digits';

let bundled: BundledModel;
beforeAll(async () => {
  await loadTensorFlow();
  bundled = await loadBundledModel();
});

test.each([
  [3, 9],
  [4, 9],
  [7, 2],
  [5, 6],
  // With three bends.
  [5, 2],
])('a stroke is found that really makes a %i read as %i', async (drawn, wanted) => {
  const drawing = penDigit(drawn, 42, drawn);
  expect(recognize(bundled, drawing).digit).toBe(drawn);
  const { stroke, probability } = (await turningStroke(() => bundled, drawing, wanted))!;
  const turned = recognize(bundled, { strokes: [...drawing.strokes, stroke] });
  expect(turned.digit).toBe(wanted);
  expect(turned.probabilities[wanted]!).toBeCloseTo(probability, 6);
  expect(stroke.width).toBe(drawing.strokes.at(-1)!.width);
  for (const [x, y] of stroke.points) expect(Math.min(x, y, 280 - x, 280 - y)).toBeGreaterThanOrEqual(0);
});

test('nothing is found for an empty pad, or once it is no longer wanted', async () => {
  expect(await turningStroke(() => bundled, { strokes: [] }, 3)).toBeNull();
  let asked = 0;
  const impatient = () => (++asked > 5 ? null : bundled);
  expect(await turningStroke(impatient, penDigit(0, 42, 0), 1)).toBeNull();
  expect(asked).toBeLessThan(8);
});
