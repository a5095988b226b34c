import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { expectSameLogProbabilities, expectSameTraining } from './reference';

beforeAll(async () => {
  const device = await loadTensorFlow('javascript');
  expect(device.backend).toBe('javascript');
});

test('the same code runs without the native library', async () => {
  expect(tf.getBackend()).toBe('cpu');
  await expectSameLogProbabilities();
});

test("it also computes PyTorch's gradients and first loss", () => expectSameTraining(1));
