import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readCheckpoint } from '../../../../src-main/checkpoints/checkpoint';
import { openStore } from '../../../../src-main/checkpoints/store';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { zeroWeights } from '../../../../src-main/network/parameters';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { contentOf, prepareSessions, sessionIn } from './session-in-folder';

prepareSessions();

const FIXTURES = join(import.meta.dirname, '../../../fixtures/pytorch');
/** PyTorch's weights after the article's three epochs. */
const ARTICLE = join(FIXTURES, 'article.safetensors');

const twoEpochs = { ...defaultConfig, epochs: 2, checkpointInterval: 3 };
const seven = {
  strokes: [
    {
      width: 20,
      points: [
        [80, 60],
        [200, 60],
        [130, 230],
      ] as [number, number][],
    },
  ],
};

test('open weights read drawings, predict the samples and are tested', async () => {
  const { session, told } = await sessionIn(await temporaryFolder());
  await session.openWeights(await readWeightsFile(ARTICLE));
  expect(session.events.view).toMatchObject({ state: 'idle', run: null });
  const answer = session.activeModel.recognize(seven);
  expect(answer).toMatchObject({ digit: 7, model: { source: 'weights', name: 'article.safetensors' } });
  const { samples } = session.events;
  expect(samples.filter(({ label, prediction }) => label === prediction).length).toBeGreaterThanOrEqual(5);

  await vi.waitFor(() => expect(session.activeModel.model.testAccuracy).not.toBeNull(), { timeout: 60_000 });
  expect(session.activeModel.model.testAccuracy).toBeGreaterThan(0.95);
  expect(session.events.view.log).toEqual([
    expect.stringMatching(/^Test set: Avg\. loss: 0\.\d{4}, Accuracy: 19\d\/200/),
  ]);
  await vi.waitFor(() => {
    const last = told.findLast(({ name }) => name === 'model');
    expect(last?.payload).toMatchObject({ source: 'weights', testAccuracy: session.activeModel.model.testAccuracy });
  });
  session.dispose();
});

test('a run starts from open weights, says so in its checkpoints, and resumes exactly', async () => {
  const folder = await temporaryFolder();
  const file = await readWeightsFile(ARTICLE);
  const whole = await sessionIn(folder);
  await whole.session.openWeights(file);
  await whole.session.start(twoEpochs, 'whole', 1);
  await whole.session.settled();
  const { state, weights, momentumBuffers } = await readCheckpoint(join(folder, 'whole', 'step-00000000'));
  expect(weights).toEqual(file.weights);
  expect(momentumBuffers).toEqual(zeroWeights());
  expect(state.origin).toEqual(file.origin);
  // It is a trained network even before its first step: no weight comes from the seed.
  expect(state.lastTest!.correct).toBeGreaterThan(190);
  await whole.session.resume();
  await whole.session.settled();

  await whole.session.openWeights(file);
  await whole.session.start(twoEpochs, 'parts', 7);
  await whole.session.settled();
  whole.session.dispose();
  // As after a restart.
  const second = await sessionIn(folder);
  expect(second.session.events.view).toMatchObject({ run: 'parts', progress: { step: 7 } });
  await second.session.resume();
  expect(await second.session.settled()).toMatchObject({ state: 'finished' });
  second.session.dispose();
  const parts = await contentOf(folder, 'parts', 20);
  expect(parts).toEqual(await contentOf(folder, 'whole', 20));
  expect(parts.state).toMatchObject({ origin: file.origin });
});

test('a run from its seed does not mention weights, and does not start from closed ones', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(twoEpochs, 'seed', 1);
  await session.settled();
  await session.openWeights(await readWeightsFile(ARTICLE));
  expect(session.events.view.run).toBeNull();
  await session.openRun('seed');
  expect(session.activeModel.model).toMatchObject({ source: 'run', name: 'seed' });
  await session.start(twoEpochs, 'again', 1);
  await session.settled();
  const [seed, again] = await Promise.all(['seed', 'again'].map((run) => contentOf(folder, run, 1)));
  expect(again).toEqual(seed);
  expect(seed!.state).not.toHaveProperty('origin');
  session.dispose();
});

test('choosing another checkpoint folder keeps weights open', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.openWeights(await readWeightsFile(ARTICLE));
  const other = await temporaryFolder();
  await session.useFolder(await openStore(other));
  expect(session.activeModel.model).toMatchObject({ source: 'weights' });
  await session.start(twoEpochs, 'mine', 1);
  await session.settled();
  expect(await contentOf(other, 'mine', 1)).toMatchObject({ state: { origin: { file: 'article.safetensors' } } });
  session.dispose();
});

test('a run continues while weights are shown', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...twoEpochs, epochs: 1000 });
  await session.openWeights(await readWeightsFile(ARTICLE));
  expect(session.events).toMatchObject({ view: { run: null }, trained: { run: 'run-1', state: 'running' } });
  await expect(session.start(twoEpochs)).rejects.toThrow('run-1 is being trained. Pause it to start another run.');
  await session.openRun('run-1');
  expect(session.events.view).toMatchObject({ run: 'run-1', state: 'running' });
  await session.pause();
  session.dispose();
});

test('a run starts with the momentum of the optimizer saved by PyTorch, and names its source', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const file = await readWeightsFile(join(FIXTURES, 'continued/model.pth'));
  await session.openWeights(file);
  expect(session.events.view.log[0]).toBe('Momentum from optimizer.pth (SGD, learning rate 0.01, momentum 0.5).');
  await session.start(twoEpochs, 'continued', 1);
  await session.settled();
  const { state, weights, momentumBuffers } = await readCheckpoint(join(folder, 'continued', 'step-00000000'));
  expect(weights).toEqual(file.weights);
  expect(momentumBuffers).toEqual(file.momentum!.buffers);
  expect(state.origin).toEqual(file.origin);
  expect(state.origin).toMatchObject({ file: 'model.pth', optimizer: { file: 'optimizer.pth' } });
  session.dispose();
});
