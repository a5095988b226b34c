import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { ActiveModel } from '../../../../src-main/session/active-model';
import { OpenRuns } from '../../../../src-main/session/open-runs';
import { OpenWeights } from '../../../../src-main/session/open-weights';
import type { SessionState } from '../../../../src-main/session/session-state';

const ARTICLE = join(import.meta.dirname, '../../../fixtures/pytorch/article.safetensors');

let bundled: BundledModel;
beforeAll(async () => {
  await loadTensorFlow();
  bundled = await loadBundledModel();
});

const nothingOpen = (): SessionState => ({
  store: null,
  runs: new OpenRuns(),
  weights: null,
  trained: null,
  problem: null,
});

test('with a file open, the bundled model can be chosen, and the file again', async () => {
  const state = nothingOpen();
  const active = new ActiveModel(state, bundled, 10_000);
  expect(active.view).toMatchObject({ source: 'bundled', alternative: null });
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  expect(active.view).toMatchObject({ source: 'weights', alternative: bundled.model.name });

  active.choose('bundled');
  expect(active.view).toMatchObject({ source: 'bundled', alternative: 'article.safetensors' });
  expect(active.requireReader()).toBe(bundled);
  // The samples still show what the open network learned.
  expect(active.trainedNetwork).toBe(state.weights.network);

  active.choose('opened');
  expect(active.model.source).toBe('weights');
  expect(active.requireReader().network).toBe(state.weights.network);
});

test('what is opened later reads, whatever was chosen before', async () => {
  const state = nothingOpen();
  const active = new ActiveModel(state, bundled, 10_000);
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  active.choose('bundled');
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  expect(active.model.source).toBe('weights');
});

test('without a bundled model there is no choice', async () => {
  const state = nothingOpen();
  const active = new ActiveModel(state, null, 10_000);
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  active.choose('bundled');
  expect(active.view).toMatchObject({ source: 'weights', alternative: null });
});
