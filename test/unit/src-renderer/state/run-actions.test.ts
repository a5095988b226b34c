import { expect, test } from 'vitest';
import type { Progress, RunView } from '../../../../src-preload/contract';
import { defaultConfig } from '../../../../src-preload/schemas';
import { OpenRun } from '../../../../src-renderer/state/open-run.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { Requester } from '../../../../src-renderer/state/requester.svelte';
import { RunActions } from '../../../../src-renderer/state/run-actions.svelte';
import { Settings } from '../../../../src-renderer/state/settings.svelte';
import { waysOut } from '../../../../src-renderer/state/ways-out';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { provideBridge } from '../bridge';

function makeActions() {
  const view = new StudioView();
  view.ready = true;
  view.folder = '/home/someone/digits';
  const run = new OpenRun();
  const settings = new Settings();
  const problems = new Problems();
  const requester = new Requester(view, problems);
  const actions = new RunActions({ view, run, settings, problems, requester });
  return { view, run, settings, problems, actions };
}

const empty = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
const runIn = (state: RunView['state']): RunView => ({
  ...{
    folder: null,
    state,
    run: 'run-1',
    olderCheckpoint: null,
    begunFrom: null,
    config: defaultConfig,
    device: null,
    progress: null,
  },
  ...{ history: empty, testTotal: 10_000, log: [], problem: null },
});

test('start says what is missing', () => {
  const { view, settings, actions } = makeActions();
  expect(actions.start.refusal).toBeNull();
  settings.texts.epochs = '0';
  expect(actions.start.refusal).toContain('settings');
  view.folder = null;
  expect(actions.start.refusal).toContain('folder');
});

test('before TensorFlow is loaded, and after the engine has stopped, everything says so', () => {
  const { view, run, actions } = makeActions();
  run.replace(runIn('paused'));
  view.ready = false;
  for (const action of [
    actions.start,
    actions.resume,
    actions.chooseFolder,
    actions.openFolder,
    actions.openRun('a'),
  ]) {
    expect(action.refusal).toBe('TensorFlow is still loading');
  }
  view.ready = true;
  view.lost = true;
  expect(actions.resume.refusal).toContain('Quit Digit Studio');
});

test('while a run is trained it can be paused, and other ones can be shown', () => {
  const { view, run, actions } = makeActions();
  run.replace(runIn('running'));
  view.trained = { run: 'run-1', state: 'running', progress: {} as Progress, problem: null };
  expect(actions.pause.refusal).toBeNull();
  for (const action of [actions.openRun('run-2'), actions.openWeights]) expect(action.refusal).toBeNull();
  for (const action of [actions.start, actions.chooseFolder, actions.chooseData]) {
    expect(action.refusal).toContain('Pause it');
  }
  run.replace({ ...runIn('paused'), run: 'run-2' });
  expect(actions.resume.refusal).toBe('run-1 is being trained. Pause it to resume another run.');
  expect(actions.pause.refusal).toBeNull();
  expect(actions.removeRun('run-1').refusal).toContain('Pause it');
  expect(actions.removeRun('run-2').refusal).toBeNull();
});

test('the run that is shown is not shown again', () => {
  const { run, actions } = makeActions();
  run.replace(runIn('paused'));
  expect(actions.openRun('run-1').refusal).toBe('This run is shown');
  expect(actions.openRun('run-2').refusal).toBeNull();
  run.replace({ ...runIn('paused'), olderCheckpoint: 'step-00000020' });
  expect(actions.openRun('run-1').refusal).toBeNull();
});

test('a second change waits for the first, and a refusal is reported', async () => {
  const { run, problems, actions } = makeActions();
  run.replace(runIn('paused'));
  let refuse: (error: Error) => void = () => undefined;
  const asked = provideBridge({ resume: () => new Promise((_, reject) => (refuse = reject)) });
  actions.resume.run();
  expect(actions.resume.refusal).toBe('One moment');
  actions.resume.run();
  expect(asked).toEqual(['resume']);
  await new Promise(setImmediate);
  refuse(new Error('The disk is full.'));
  await expect.poll(() => problems.shown?.message).toBe('The disk is full.');
  expect(actions.resume.refusal).toBeNull();
});

test('settings that are wrong are not sent', () => {
  const { settings, actions } = makeActions();
  const asked = provideBridge({});
  settings.texts.momentum = '2';
  actions.start.run();
  expect(asked).toEqual([]);
});

test('there is nothing to save before the first loss', () => {
  const { run, actions } = makeActions();
  expect(actions.saveHistory.refusal).toBe('No losses yet');
  run.replace({ ...runIn('paused'), history: { ...empty, testLosses: [2.3], testCounter: [0], testCorrect: [980] } });
  expect(actions.saveHistory.refusal).toBeNull();
});

test('the way out of a problem is about that problem, and not about the open run', () => {
  const { view, run, problems, actions } = makeActions();
  const unsaved = { code: 'checkpoint-not-written', message: 'The disk is full.' };
  run.replace({ ...runIn('paused'), problem: unsaved });
  problems.report('run', unsaved);
  const otherData = {
    run: 'run-2',
    dataset: 'fashion-mnist',
    sha256: 'f'.repeat(64),
    remedy: null,
    isRemembered: true,
  };
  const message = 'run-2 was trained on fashion-mnist, but MNIST is loaded.';
  problems.report('request', { code: 'other-data', message, otherData });
  const labels = () => waysOut(problems.shown!, actions, true).map(({ label }) => label);
  expect(labels()).toEqual(['Load fashion-mnist and open run-2']);
  problems.report('request', { code: 'other-data', message, otherData: { ...otherData, isRemembered: false } });
  expect(labels()).toEqual(['Choose the data folder…']);
  problems.dismiss();
  expect(labels()).toEqual(['Choose another folder…', 'Resume']);
  run.replace({ ...runIn('running'), problem: unsaved });
  view.trained = { run: 'run-1', state: 'running', progress: {} as Progress, problem: null };
  expect(labels()).toEqual([]);
});
