import { expect, test } from 'vitest';
import { Drawing } from '../../../../src-renderer/state/drawing.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Recognition } from '../../../../src-renderer/state/recognition.svelte';
import type { Prediction } from '../../../../src-preload/recognition';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

/** A recognition whose requests the test answers, oldest first. */
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

test('one drawing is requested at a time, and the newest is answered last', async () => {
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

test('an answer that arrives after the pad was cleared is not shown', async () => {
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

test('one of several digits can be picked until the drawing changes', async () => {
  const { recognition, draw, waiting } = slowRecognition();
  const { digit, probabilities, preview, frame } = predictionOf(4);
  const box = { x: 10, y: 10, width: 50, height: 90 };
  const parts = [4, 2].map((number) => ({ ...predictionOf(number), box }));
  const several: Prediction = { ...predictionOf(4), digit: null, reason: 'several', parts };
  const answerSeveral = async () => {
    draw();
    await new Promise(setImmediate);
    waiting.shift()!.answer(several);
    await new Promise(setImmediate);
  };
  await answerSeveral();
  expect(recognition.shown).toEqual(several);
  recognition.pick(0);
  expect(recognition.shown).toMatchObject({ digit, probabilities, preview, frame, reason: null });
  recognition.pick(1);
  expect(recognition.shown?.digit).toBe(2);
  recognition.pick(1);
  expect(recognition.shown).toEqual(several);
  recognition.pick(0);
  await answerSeveral();
  expect(recognition.picked).toBeNull();

  // The digits of the last answer can be picked while the newest drawing is read.
  draw();
  recognition.pick(1);
  await new Promise(setImmediate);
  waiting.shift()!.answer(several);
  await new Promise(setImmediate);
  expect(recognition.picked).toBe(1);
});
