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
      return { ...prediction, model: { ...prediction.model, step } };
    },
  });
  const past = new PinnedPast(view, new Problems());
  const lookAt = (wanted: number | null) => {
    view.model = { ...view.model, past: wanted === null ? null : { step: wanted, isExact: true } };
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
