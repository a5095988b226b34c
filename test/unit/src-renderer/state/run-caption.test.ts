import { expect, test } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { captionOf } from '../../../../src-renderer/state/run-caption';

const dataset = { name: 'MNIST', trainCount: 60_000, testCount: 10_000 };

test("a picture's caption has the run, its result, data and settings", () => {
  const { title, details } = captionOf(
    { name: 'run-2', config: defaultConfig, testAccuracy: 0.9712, epoch: 1 },
    dataset,
  );
  expect(title.replaceAll('\u00a0', ' ')).toBe('run-2: 97.1% on the test set after 1 epoch');
  expect(details.map((line) => line.replaceAll('\u00a0', ' '))).toEqual([
    'MNIST, 60,000 training images, 10,000 test images',
    '3 epochs · batch size 64 · learning rate 0.01 · momentum 0.5 · seed 1 · no augmentation',
  ]);
});

test('an untested run has no result', () => {
  expect(captionOf({ name: 'run-1', config: null, testAccuracy: null, epoch: 0 }, null)).toEqual({
    title: 'run-1',
    details: [],
  });
});
