import { expect, test } from 'vitest';
import type { CheckpointInfo, Progress, QueuedRun, RunSummary, RunView } from '../../../../src-preload/contract';
import { defaultConfig } from '../../../../src-preload/schemas';
import { Action } from '../../../../src-renderer/state/action';
import { Dialogs } from '../../../../src-renderer/state/dialogs.svelte';
import { FileActions } from '../../../../src-renderer/state/file-actions.svelte';
import { Messages } from '../../../../src-renderer/state/messages.svelte';
import { NewRun } from '../../../../src-renderer/state/new-run.svelte';
import { OpenRun } from '../../../../src-renderer/state/open-run.svelte';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { QueueActions } from '../../../../src-renderer/state/queue-actions';
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
  const newRun = new NewRun(view, run);
  const messages = new Messages();
  const dialogs = new Dialogs();
  const drawing = { isEmpty: true };
  const files = new FileActions({ view, run, requester, messages, dialogs, drawing });
  const actions = new RunActions({ view, run, settings, problems, requester, newRun, messages, dialogs, files });
  const queueActions = new QueueActions({ view, run, requester });
  return { queueActions, files, view, run, settings, problems, newRun, messages, dialogs, actions };
}

const empty = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
const runIn = (state: RunView['state']): RunView => ({
  ...{
    folder: null,
    state,
    run: 'run-1',
    olderCheckpoint: null,
    begunFrom: null,
    isLesson: false,
    data: null,
    config: defaultConfig,
    device: null,
    progress: null,
  },
  ...{ history: empty, testTotal: 10_000, log: [], problem: null },
});

test('the menu of a run acts on the run, whatever is shown of it and whichever network reads', async () => {
  const { view, run, dialogs, actions } = makeActions();
  view.model = { ...view.model, source: 'bundled', name: 'built-in network', alternative: 'run-1' };
  const asked = provideBridge({
    openRun: () => {
      run.replace(runIn('paused'));
      return undefined;
    },
    readWith: () => {
      view.model = { ...view.model, source: 'run', name: 'run-1', alternative: 'built-in network' };
      return null;
    },
    saveHistory: () => null,
  });
  run.replace({ ...runIn('paused'), olderCheckpoint: 'step-00000010' });
  actions.exportRun('run-1').run();
  await expect.poll(() => dialogs.isOpen('export')).toBe(true);
  expect(asked).toEqual(['openRun', 'readWith']);
  dialogs.close('export');
  actions.exportRun('run-1').run();
  expect(dialogs.isOpen('export')).toBe(true);
  expect(asked).toHaveLength(2);

  run.replace({ ...runIn('paused'), history: { ...empty, trainLosses: [2.3], trainCounter: [0] } });
  actions.saveHistoryOf('run-1').run();
  await expect.poll(() => asked.slice(2)).toEqual(['saveHistory']);
});

test('start says what is missing', () => {
  const { settings, actions } = makeActions();
  expect(actions.start.refusal).toBeNull();
  settings.texts.epochs = '0';
  expect(actions.start.refusal).toContain('settings');
});

const checkpoint = (step: number, latest: boolean): CheckpointInfo => ({
  ...{ run: 'run-1', name: `step-0000000${step}`, step, epoch: 1, testAccuracy: null, bytes: 1, savedAt: 0 },
  ...{ best: false, latest, finished: false },
});

test('a device in use ends the notice that another one needs a restart', async () => {
  const { view, problems, actions } = makeActions();
  provideBridge({ useDevice: () => ({ runs: [], model: view.model, trained: null, problem: null }) as never });
  problems.report('device', { code: 'device-needs-restart', message: 'It is used the next time.' });
  actions.useDevice('cpu').run();
  await expect.poll(() => problems.shown).toBeNull();
});

test('the first start creates the suggested folder and starts a run in it', async () => {
  const { view, actions } = makeActions();
  view.folder = null;
  const sent: unknown[] = [];
  const asked = provideBridge({
    saveConfig: () => undefined,
    useSuggestedFolder: () =>
      ({
        folder: '/home/someone/Documents/Digit Studio',
        runs: [],
        model: view.model,
        trained: null,
        problem: null,
      }) as never,
    startFrom: (run) => void sent.push(run),
  });
  actions.start.run();
  await expect.poll(() => sent).toEqual([{ config: defaultConfig, from: null }]);
  expect(asked).toEqual(['saveConfig', 'useSuggestedFolder', 'startFrom']);
  expect(view.folder).toBe('/home/someone/Documents/Digit Studio');
});

test('a new run starts from what its button says', async () => {
  const { view, run, newRun, dialogs, actions } = makeActions();
  const sent: unknown[] = [];
  provideBridge({
    saveConfig: () => undefined,
    start: () => void sent.push('open weights'),
    startFrom: ({ from }) => void sent.push(from),
  });
  const summary = {
    run: 'run-1',
    name: 'Mine',
    note: '',
    config: defaultConfig,
    dataset: 'MNIST',
    device: 'CPU · TensorFlow 2.21.0',
    origin: null,
    trial: null,
  };
  const checkpoints = [checkpoint(9, true), checkpoint(4, false)];
  view.runs = [{ ...summary, epochs: 3, finished: false, testAccuracy: null, checkpoints, warning: null }];
  run.replace({ ...runIn('paused'), olderCheckpoint: 'step-00000004' });
  expect(newRun.label).toBe('Train');
  newRun.choose('run');
  expect(newRun.label).toBe('Train from Mine, step 4');
  dialogs.show('newRun');
  actions.start.run();
  await expect.poll(() => sent).toEqual([{ run: 'run-1', name: 'step-00000004' }]);
  await expect.poll(() => dialogs.isOpen('newRun')).toBe(false);

  view.model = { ...view.model, source: 'weights', name: 'model.safetensors' };
  expect(newRun.label).toBe('Train from model.safetensors');
  actions.start.run();
  await expect.poll(() => sent.at(-1)).toBe('open weights');
  newRun.choose('nothing');
  actions.start.run();
  await expect.poll(() => sent.at(-1)).toBeNull();
});

test('a message names the saved file and can show it', async () => {
  const { run, messages, files } = makeActions();
  run.replace({ ...runIn('paused'), history: { ...empty, testLosses: [2.3], testCounter: [0], testCorrect: [980] } });
  provideBridge({ saveHistory: () => null });
  files.saveHistory.run();
  const asked = provideBridge({ saveHistory: () => ({ name: 'run-1.csv' }), showSavedFile: () => undefined });
  files.saveHistory.run();
  await expect.poll(() => messages.newest?.text).toBe('Saved run-1.csv');
  messages.newest?.way?.action.run();
  expect(asked).toEqual(['saveHistory', 'showSavedFile']);
});

test('before TensorFlow is loaded and after the engine has stopped, every action says so', () => {
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

test('while a run is trained it can be paused, and others can be shown', () => {
  const { view, run, actions } = makeActions();
  run.replace(runIn('running'));
  view.trained = { run: 'run-1', state: 'running', progress: {} as Progress, problem: null };
  expect(actions.pause.refusal).toBeNull();
  for (const action of [actions.openRun('run-2'), actions.openWeights]) expect(action.refusal).toBeNull();
  for (const action of [actions.chooseFolder, actions.chooseData]) {
    expect(action.refusal).toContain('Pause it');
  }
  run.replace({ ...runIn('paused'), run: 'run-2' });
  expect(actions.resume.refusal).toBe('run-1 is being trained. Pause it to resume another run.');
  expect(actions.pause.refusal).toBeNull();
  expect(actions.removeRun('run-1').refusal).toContain('Pause it');
  expect(actions.removeRun('run-2').refusal).toBeNull();

  // Both runs have the same name for people.
  view.runs = ['run-1', 'run-2'].map((name) => ({ run: name, name: 'wide' }) as RunSummary);
  expect(actions.resume.refusal).toBe('wide is being trained. Pause it to resume another run.');
  expect(actions.removeRun('run-1').refusal).toBe('wide is being trained. Pause it to remove it.');
  expect(actions.removeRun('run-2').refusal).toBeNull();
});

test('while a run is trained a new one waits, and can be removed', async () => {
  const { view, run, newRun, queueActions, actions } = makeActions();
  run.replace(runIn('running'));
  view.trained = { run: 'run-1', state: 'running', progress: {} as Progress, problem: null };
  const sent: unknown[] = [];
  provideBridge({
    saveConfig: () => undefined,
    enqueue: (start) => void sent.push(start),
    takeBack: (ids) => void sent.push(ids),
    startNext: () => void sent.push('next'),
  });
  actions.start.run();
  await expect.poll(() => sent).toEqual([{ config: defaultConfig, from: null }]);
  view.model = { ...view.model, source: 'weights', name: 'model.safetensors' };
  expect(newRun.beginning).toBe('weights');
  await expect.poll(() => actions.start.refusal).toBeNull();
  actions.start.run();
  await expect.poll(() => sent.at(-1)).toEqual({ config: defaultConfig, from: 'weights' });

  const waiting = {
    id: 'a',
    name: '',
    config: defaultConfig,
    origin: null,
    dataset: 'MNIST',
    missingData: null,
    trial: null,
    problem: null,
  };
  view.queue = { waiting: [waiting], problem: null };
  expect(queueActions.startNext.refusal).toContain('Pause it');
  view.trained = { ...view.trained, state: 'paused' };
  await expect.poll(() => queueActions.startNext.refusal).toBeNull();
  queueActions.startNext.run();
  await expect.poll(() => sent.at(-1)).toBe('next');
  await expect.poll(() => queueActions.takeBack(['a']).refusal).toBeNull();
  queueActions.takeBack(['a']).run();
  await expect.poll(() => sent.at(-1)).toEqual(['a']);
  view.queue = { waiting: [], problem: null };
  expect(queueActions.startNext.refusal).toBe('No run is waiting.');
});

test('the shown run cannot be shown again', () => {
  const { run, actions } = makeActions();
  run.replace(runIn('paused'));
  expect(actions.openRun('run-1').refusal).toBe('This run is already shown');
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

test('invalid settings are not sent', () => {
  const { settings, actions } = makeActions();
  const asked = provideBridge({});
  settings.texts.momentum = '2';
  actions.start.run();
  expect(asked).toEqual([]);
});

test('there is nothing to save before the first loss', () => {
  const { run, files } = makeActions();
  expect(files.saveHistory.refusal).toBe('No losses yet');
  run.replace({ ...runIn('paused'), history: { ...empty, testLosses: [2.3], testCounter: [0], testCorrect: [980] } });
  expect(files.saveHistory.refusal).toBeNull();
});

test('the actions of a problem concern that problem, not the open run', () => {
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
  const waiting: QueuedRun = {
    ...{
      id: 'w',
      name: '',
      config: defaultConfig,
      origin: null,
      dataset: 'MNIST',
      missingData: { sha256: 'e'.repeat(64), remedy: null },
    },
    ...{ trial: null, problem: null },
  };
  const openDrawingsFolder = new Action(
    () => null,
    () => undefined,
  );
  const labels = () =>
    waysOut(problems.shown!, actions, { usesOwnData: true, waiting, openDrawingsFolder }).map(({ label }) => label);
  expect(labels()).toEqual(['Load fashion-mnist and open run-2']);
  problems.report('request', { code: 'other-data', message, otherData: { ...otherData, isRemembered: false } });
  expect(labels()).toEqual(['Choose the data folder…']);
  problems.report('request', { code: 'weights-invalid', message: 'a.onnx is an ONNX model.' });
  expect(labels()).toEqual(['Open another file…']);
  problems.report('request', { code: 'run-not-started', message: 'It waits until MNIST is loaded.' });
  expect(labels()).toEqual(['Load MNIST']);
  problems.report('request', { code: 'drawings-full', message: 'The folder is full.' });
  expect(labels()).toEqual(['Open the drawings folder']);
  problems.report('device', { code: 'device-needs-restart', message: 'TensorFlow will use the graphics card.' });
  expect(labels()).toEqual(['Restart Digit Studio']);
  problems.settle('device');
  problems.dismiss();
  expect(labels()).toEqual(['Choose another folder…', 'Resume']);
  run.replace({ ...runIn('running'), problem: unsaved });
  view.trained = { run: 'run-1', state: 'running', progress: {} as Progress, problem: null };
  expect(labels()).toEqual([]);
});
