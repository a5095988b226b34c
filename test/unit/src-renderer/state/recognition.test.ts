import { expect, test } from 'vitest';
import { Drawing } from '../../../../src-renderer/state/drawing.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Recognition } from '../../../../src-renderer/state/recognition.svelte';
import type { Prediction } from '../../../../src-preload/contract';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

/** A recognition whose requests are answered by hand, oldest first. */
function slowRecognition() {
  const waiting: { strokes: number; answer: (prediction: Prediction) => void }[] = [];
  provideBridge({
    recognize: ({ strokes }) => new Promise((answer) => waiting.push({ strokes: strokes.length, answer })),
  });
  const drawing = new Drawing(() => undefined);
  const problems = new Problems();
  const recognition = new Recognition(drawing, problems, () => undefined);
  const draw = () => {
    drawing.begin([10, 10]);
    drawing.end();
    recognition.ask();
  };
  const answer = async (digit: number) => {
    waiting.shift()!.answer(predictionOf(digit));
    await new Promise(setImmediate);
  };
  return { drawing, problems, recognition, waiting, draw, answer };
}

test('one drawing is asked about at a time, and the newest is answered last', async () => {
  const { recognition, waiting, draw, answer } = slowRecognition();
  draw();
  draw();
  draw();
  await new Promise(setImmediate);
  expect(waiting.map(({ strokes }) => strokes)).toEqual([1]);
  await answer(1);
  expect(waiting.map(({ strokes }) => strokes)).toEqual([3]);
  await answer(3);
  expect(waiting).toEqual([]);
  expect(recognition.answer?.digit).toBe(3);
});

test('an answer that comes after the pad was cleared is not shown', async () => {
  const { drawing, recognition, draw, answer } = slowRecognition();
  draw();
  await new Promise(setImmediate);
  drawing.clear();
  recognition.ask();
  await answer(1);
  expect(recognition.answer).toBeNull();
});

test('a refusal is reported', async () => {
  const { drawing, problems, recognition } = slowRecognition();
  provideBridge({
    recognize: () => {
      throw new Error('The engine has stopped.');
    },
  });
  drawing.begin([10, 10]);
  recognition.ask();
  await expect.poll(() => problems.shown?.message).toBe('The engine has stopped.');
});
