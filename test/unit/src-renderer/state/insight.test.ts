import { expect, test } from 'vitest';
import type { Insight as Found } from '../../../../src-preload/recognition';
import { Insight } from '../../../../src-renderer/state/insight.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import type { Recognition } from '../../../../src-renderer/state/recognition.svelte';
import { provideBridge } from '../bridge';
import { predictionOf } from '../predictions';

const maps = (side: number) => ({ side, images: [] });
const found: Found = { kernels: maps(5), firstLayer: maps(24), secondLayer: maps(8), units: maps(1), saliency: '' };

test('kernels are shown without a drawing, and what they find only with one', async () => {
  provideBridge({ lookInside: () => Promise.resolve(found) });
  const recognition: { answer: Recognition['answer'] } = { answer: null };
  const insight = new Insight({ isLearning: false }, recognition, new Problems());
  insight.follow();
  expect(insight.kernels).toBeNull();
  const end = insight.watch();
  await expect.poll(() => insight.kernels).toEqual(found.kernels);
  expect(insight.found).toBeNull();

  recognition.answer = predictionOf(7);
  insight.follow();
  await expect.poll(() => insight.found).toMatchObject({ firstLayer: found.firstLayer });
  end();
});
