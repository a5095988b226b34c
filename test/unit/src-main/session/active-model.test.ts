import { beforeAll, expect, test } from 'vitest';
import { defaultConfig, nothingOff } from '../../../../src-preload/schemas';
import { openStore } from '../../../../src-main/checkpoints/store';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { type BundledModel, loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { ActiveModel } from '../../../../src-main/session/active-model';
import { RunQueue } from '../../../../src-main/session/run-queue';
import { OpenRuns } from '../../../../src-main/session/open-runs';
import { OpenWeights } from '../../../../src-main/session/open-weights';
import type { SessionState } from '../../../../src-main/session/session-state';
import { temporaryFolder } from '../../temporary-folder';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { ARTICLE } from '../article-network';
import { smallDataset } from '../small-dataset';
import { prepareSessions, sessionIn } from './session-in-folder';

prepareSessions();

let bundled: BundledModel;
let data: MnistDataset;
beforeAll(async () => {
  await loadTensorFlow();
  data = await smallDataset(2000);
  bundled = await loadBundledModel();
});

const nothingOpen = (): SessionState => ({
  store: null,
  runs: new OpenRuns(),
  weights: null,
  trained: null,
  problem: null,
  queue: new RunQueue({ name: 'MNIST', sha256: '0'.repeat(64) }),
});

test('with an open file, the bundled model can be chosen, and then the file again', async () => {
  const state = nothingOpen();
  const active = new ActiveModel(state, bundled, data);
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

test('a network opened later reads, whatever was chosen before', async () => {
  const state = nothingOpen();
  const active = new ActiveModel(state, bundled, data);
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  active.choose('bundled');
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  expect(active.model.source).toBe('weights');
});

test('without a bundled model there is no choice', async () => {
  const state = nothingOpen();
  const active = new ActiveModel(state, null, data);
  state.weights = new OpenWeights(await readWeightsFile(ARTICLE));
  active.choose('bundled');
  expect(active.view).toMatchObject({ source: 'weights', alternative: null });
});

test('a checkpoint of a run can be chosen without changing what is shown', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 2 });
  await session.settled();
  const { activeModel, store } = session;
  const newest = activeModel.model.step;
  const checkpoint = { run: 'run-1', name: 'step-00000010' };
  await activeModel.chooseCheckpoint(store!, checkpoint);
  expect(activeModel.view).toMatchObject({ source: 'run', name: 'run-1', step: 10, alternative: 'run-1', checkpoint });
  expect(activeModel.weights).toEqual((await store!.read('run-1', 'step-00000010')).weights);
  expect(session.events.view.progress!.step).toBe(newest);

  await expect(activeModel.chooseCheckpoint(store!, { run: 'run-1', name: 'step-00009999' })).rejects.toThrow();
  expect(activeModel.model.step).toBe(10);
  activeModel.choose('opened');
  expect(activeModel.view).toMatchObject({ step: newest, checkpoint: null });
  // Of two choices, the later one counts, however long each takes.
  const first = activeModel.chooseCheckpoint(store!, checkpoint);
  activeModel.choose('opened');
  await first;
  expect(activeModel.view).toMatchObject({ step: newest, checkpoint: null });
  session.dispose();
});

test('a checkpoint that was chosen before something else was shown does not read beside that', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 1 });
  await session.settled();
  const state = nothingOpen();
  const active = new ActiveModel(state, null, data);
  const weights = new OpenWeights(await readWeightsFile(ARTICLE));
  const reading = active.chooseCheckpoint(session.store!, { run: 'run-1', name: 'step-00000010' });
  state.weights = weights;
  await reading;
  expect(active.view).toMatchObject({ source: 'weights', checkpoint: null });
  session.dispose();
});

test('parts are not switched off in a run of the same name in another folder', async () => {
  const elsewhere = await temporaryFolder();
  const other = (await sessionIn(elsewhere)).session;
  await other.start({ ...defaultConfig, epochs: 1, seed: 2 }, 'run-1', 5);
  await other.settled();
  other.dispose();
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...defaultConfig, epochs: 1 }, 'run-1', 5);
  await session.settled();
  session.switchOff({ firstLayer: [0], secondLayer: [], units: [] });
  await session.useFolder(await openStore(elsewhere));
  expect(session.activeModel.view).toMatchObject({ name: 'run-1', switchedOff: nothingOff });
  session.dispose();
});

test('parts of the active network are switched off until another network is active', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...defaultConfig, epochs: 2 }, 'run-1', 15);
  await session.settled();
  const { activeModel, results } = session;
  const whole = activeModel.weights;
  const off = { firstLayer: [0, 2], secondLayer: [], units: [] };
  session.switchOff(off);
  expect(activeModel.view.switchedOff).toEqual(off);
  expect(told.findLast(({ name }) => name === 'model')?.payload).toMatchObject({ switchedOff: off });
  const edited = activeModel.weights;
  expect([...edited['conv1.weight'].subarray(0, 25)]).toEqual(Array(25).fill(0));
  expect(edited['conv1.weight'].subarray(25, 50)).toEqual(whole['conv1.weight'].subarray(25, 50));
  // The samples and the results are those of the edited network; the run is not edited.
  expect(activeModel.trainedNetwork!.weights()).toEqual(edited);
  expect((await results.accuracy())?.total).toBe(200);
  const nothing = { firstLayer: [...Array(10).keys()], secondLayer: [...Array(20).keys()], units: [] };
  session.switchOff({ ...nothing, units: [...Array(50).keys()] });
  const { predictions } = (await results.get())!;
  expect(new Set(Buffer.from(predictions, 'base64')).size).toBe(1);

  // They stay off while the run goes on, and at its other steps.
  session.switchOff(off);
  await session.resume();
  await session.settled();
  expect(activeModel.model.step).toBe(20);
  expect(activeModel.weights).not.toEqual(edited);
  expect([...activeModel.weights['conv1.weight'].subarray(0, 25)]).toEqual(Array(25).fill(0));
  await session.readWith({ run: 'run-1', step: 15 });
  expect(activeModel.weights).toEqual(edited);
  session.switchOff({ firstLayer: [], secondLayer: [], units: [] });
  expect(activeModel.weights).toEqual(whole);

  session.switchOff(off);
  await session.openWeights(await readWeightsFile(ARTICLE));
  expect(activeModel.view.switchedOff).toEqual({ firstLayer: [], secondLayer: [], units: [] });
  session.dispose();
});
