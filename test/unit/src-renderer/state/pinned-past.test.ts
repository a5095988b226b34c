import { expect, test } from 'vitest';
import { PinnedPast } from '../../../../src-renderer/state/pinned-past.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

test('the pinned drawing is read again at each step of the past, and not at the newest', async () => {
  const view = new StudioView();
  const asked: string[] = [];
  let step = 250;
  provideBridge({
    recognizeImage: ({ pixels }) => {
      asked.push(pixels);
      const prediction = predictionOf(3);
      return { ...prediction, model: { ...prediction.model, name: 'run-1', step } };
    },
  });
  const past = new PinnedPast(view, new Problems());
  const lookAt = (wanted: number | null) => {
    view.model = { ...view.model, name: 'run-1', step, past: wanted === null ? null : { step: wanted, isExact: true } };
    past.follow();
  };
  lookAt(250);
  expect(asked).toEqual([]);
  view.pinned = { pixels: 'a', answers: [] };
  past.follow();
  await expect.poll(() => past.answer).toMatchObject({ step: 250, digit: 3 });
  view.pinned = { pixels: 'b', answers: [] };
  expect(past.answer).toBeNull();
  past.follow();
  await expect.poll(() => past.answer?.step).toBe(250);

  step = 300;
  lookAt(300);
  expect(past.answer).toBeNull();
  await expect.poll(() => past.answer?.step).toBe(300);
  lookAt(null);
  expect(past.answer).toBeNull();
  expect(asked).toEqual(['a', 'b', 'b']);
});

test('an answer is shown only for the run that gave it, with the parts that were off', async () => {
  const view = new StudioView();
  let [run, digit] = ['run-1', 3];
  provideBridge({
    recognizeImage: () => {
      const prediction = predictionOf(digit);
      return { ...prediction, model: { ...prediction.model, name: run, step: 250 } };
    },
  });
  const past = new PinnedPast(view, new Problems());
  view.pinned = { pixels: 'a', answers: [] };
  const lookAt = (change: Partial<StudioView['model']>) => {
    view.model = { ...view.model, name: run, step: 250, past: { step: 250, isExact: null }, ...change };
    past.follow();
  };
  lookAt({});
  await expect.poll(() => past.answer?.digit).toBe(3);
  lookAt({ past: { step: 250, isExact: true } });
  expect(past.answer?.digit).toBe(3);

  [run, digit] = ['run-2', 5];
  lookAt({});
  expect(past.answer).toBeNull();
  await expect.poll(() => past.answer?.digit).toBe(5);

  digit = 7;
  lookAt({ switchedOff: { firstLayer: [2], secondLayer: [], units: [] } });
  expect(past.answer).toBeNull();
  await expect.poll(() => past.answer?.digit).toBe(7);

  // The other folder has a run of this name too.
  digit = 8;
  lookAt({ past: null });
  lookAt({});
  expect(past.answer).toBeNull();
  await expect.poll(() => past.answer?.digit).toBe(8);
});
