import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary-folder';
import { expectSameInParts, twoEpochs } from './exact-resume';
import { prepareSessions, sessionIn } from './session-in-folder';

prepareSessions('wasm');

test('a run that was stopped and resumed equals one that never stopped, and leaves no tensors behind', async () => {
  expect(tf.getBackend()).toBe('wasm');
  const before = tf.memory().numTensors;
  await expectSameInParts(13);
  expect(tf.memory().numTensors).toBe(before);
});

test('the size of test batches changes nothing', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const losses: number[][] = [];
  for (const testBatchSize of [7, 1000]) {
    await session.start({ ...twoEpochs, epochs: 1, testBatchSize });
    losses.push((await session.settled()).history.testLosses);
  }
  session.dispose();
  expect(losses[0]).toHaveLength(2);
  expect(losses[1]).toEqual(losses[0]);
});
