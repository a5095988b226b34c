import { readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HISTORY_FILE } from '../../../../src-main/checkpoints/history-file';
import { NUMBERS_FILE } from '../../../../src-main/checkpoints/run-names';
import { openStore } from '../../../../src-main/checkpoints/store';
import { loadDataset } from '../../../../src-main/data/load';
import { loadNativeBinding } from '../../../../src-main/engine/native-library';
import { Session } from '../../../../src-main/session/session';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { smallDataset } from '../small-dataset';
import { expectSameInParts, twoEpochs } from './exact-resume';
import { contentOf, logShown, newSession, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

/** Long enough not to end during a test. */
const long = { ...defaultConfig, epochs: 10_000, logInterval: 1 };

const nameOf = (step: number) => `step-${step.toString().padStart(8, '0')}`;

/** Every file below a folder with its content, except for locks. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('.lock'));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'base64')] as const)),
  );
}

test('two runs with the same seed are equal byte for byte; another seed gives a different run', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  for (const [name, seed] of [
    ['a', 1],
    ['b', 1],
    ['c', 2],
  ] as const) {
    await session.start({ ...twoEpochs, seed }, name);
    await session.settled();
  }
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((run) => contentOf(folder, run, 20)));
  expect(b).toEqual(a);
  expect(c!.model).not.toBe(a!.model);
  session.dispose();
});

// Steps 1 and 7 are inside epoch 1, 10 is its end, 13 is inside epoch 2 and between checkpoints.
test.each([{ steps: 1 }, { steps: 7 }, { steps: 10 }, { steps: 13 }, { steps: 13, augmentation: true }])(
  'a run that was stopped and resumed equals one that never stopped: $steps steps, $augmentation',
  ({ steps, augmentation }) => expectSameInParts(steps, augmentation),
);

test('a finished run with added epochs equals one that had them from the start', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 3 }, 'whole');
  await session.settled();
  await session.start({ ...twoEpochs, epochs: 1 }, 'more');
  await session.settled();
  await session.addEpochs(2);
  const { history } = await session.settled();
  expect(history.testCounter).toEqual([0, 640, 1280, 1920]);
  expect(await contentOf(folder, 'more', 30)).toEqual(await contentOf(folder, 'whole', 30));
  session.dispose();

  const states = told.flatMap(({ name, payload }) => (name === 'run' && payload.run === 'more' ? [payload.state] : []));
  expect(states.filter((state, i) => state !== states[i - 1])).toEqual(['running', 'finished', 'running', 'finished']);
});

// Step 10 is the end of epoch 1, 28 is inside epoch 3.
test.each([10, 28])('a new run from the older checkpoint at step %i continues like the old one', async (step) => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 3, checkpointInterval: 1 });
  const { history: whole } = await session.settled();
  const before = await filesOf(join(folder, 'run-1'));

  await session.openCheckpoint('run-1', nameOf(step));
  const { history } = await (await openStore(folder)).read('run-1', nameOf(step));
  expect(session.events.view).toMatchObject({ state: 'paused', run: 'run-1', olderCheckpoint: nameOf(step), history });
  expect(session.events.view.history.testCounter.length).toBeLessThan(whole.testCounter.length);
  expect(session.activeModel.model).toMatchObject({ name: 'run-1', step });

  await session.resume();
  const begun = { run: 'run-2', olderCheckpoint: null, begunFrom: { run: 'run-1', step } };
  expect(session.events.view).toMatchObject({ state: 'running', ...begun });
  expect(told.findLast(({ name }) => name === 'model')?.payload).toMatchObject({ name: 'run-2' });
  expect(await session.settled()).toMatchObject({ state: 'finished', ...begun, history: whole });
  for (const at of [step, 30]) {
    expect(await contentOf(folder, 'run-2', at)).toEqual(await contentOf(folder, 'run-1', at));
  }
  expect(await filesOf(join(folder, 'run-1'))).toEqual(before);
  session.dispose();
});

test('adding epochs to an older checkpoint starts a new run', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(twoEpochs);
  await session.settled();
  await session.addEpochs(1);
  await session.settled();
  const before = await filesOf(join(folder, 'run-1'));
  await session.openCheckpoint('run-1', nameOf(10));
  await session.addEpochs(1);
  expect(await session.settled()).toMatchObject({ state: 'finished', run: 'run-2', progress: { step: 30 } });
  expect(await contentOf(folder, 'run-2', 30)).toEqual(await contentOf(folder, 'run-1', 30));
  expect(await filesOf(join(folder, 'run-1'))).toEqual(before);
  session.dispose();
});

test('more epochs than a run can have are refused with a reason, before anything changes', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 9500 }, undefined, 3);
  await session.settled();
  await expect(session.addEpochs(1000)).rejects.toThrow(
    'run-1 has 9,500 epochs, and a run can have at most 10,000. Add 500 or fewer.',
  );
  expect(session.events.view).toMatchObject({ state: 'paused', config: { epochs: 9500 } });
  await session.addEpochs(500, 3);
  expect(await session.settled()).toMatchObject({ state: 'paused', config: { epochs: 10_000 } });
  session.dispose();
  // The written checkpoint can be read.
  const { session: again } = await sessionIn(folder);
  expect(again.events.view).toMatchObject({ config: { epochs: 10_000 }, progress: { step: 6 }, problem: null });
  await expect(again.addEpochs(1)).rejects.toThrow('run-1 has 10,000 epochs, the most that a run can have.');
  again.dispose();
});

test('the last shown run is shown again, even if another one is newer', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 1 }, 'older');
  await session.settled();
  await session.start({ ...twoEpochs, epochs: 1 }, 'newer');
  await session.settled();
  session.dispose();
  const { session: again } = newSession();
  await again.useFolder(await openStore(folder), 'older');
  expect(again.events.view).toMatchObject({ folder, run: 'older', state: 'finished' });
  // A run that no longer exists is ignored.
  await again.useFolder(await openStore(folder), 'removed');
  expect(again.events.view).toMatchObject({ run: 'newer', problem: null });
  again.dispose();
});

test('the newest checkpoint does not count as older, and a missing one is refused with a reason', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(twoEpochs, undefined, 12);
  await session.settled();
  await session.openCheckpoint('run-1', nameOf(10));
  expect(session.events.view.olderCheckpoint).toBe(nameOf(10));
  await session.openCheckpoint('run-1', nameOf(12));
  expect(session.events.view).toMatchObject({ olderCheckpoint: null, progress: { step: 12 } });
  await expect(session.openCheckpoint('run-1', nameOf(11))).rejects.toThrow('step-00000011 no longer exists');
  await expect(session.openCheckpoint('run-7', nameOf(11))).rejects.toThrow('step-00000011 no longer exists');
  expect(session.events.view).toMatchObject({ run: 'run-1', progress: { step: 12 } });
  await session.resume();
  expect(await session.settled()).toMatchObject({ state: 'finished', run: 'run-1' });
  session.dispose();
});

test('showing an older checkpoint writes nothing, even when the session closes', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(twoEpochs);
  await session.settled();
  const before = await filesOf(folder);
  await session.openCheckpoint('run-1', nameOf(10));
  expect(await session.close()).toBeNull();
  expect(await filesOf(folder)).toEqual(before);
  session.dispose();
});

test('a run that cannot be saved is not lost when another one is shown', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(twoEpochs, 'other');
  await session.settled();
  await session.start({ ...long, checkpointInterval: 5 }, 'mine');
  await untilStep(session, 12);
  // A file in place of the run's folder, so that no checkpoint can be written there.
  await session.pause();
  await rename(join(folder, 'mine'), join(folder, 'gone'));
  await writeFile(join(folder, 'mine'), '');
  await session.resume();
  const { problem, progress } = await session.settled();
  expect(problem).toMatchObject({ code: 'checkpoint-not-written' });
  await session.openRun('other');
  await session.openCheckpoint('other', nameOf(10));
  expect(session.events.view).toMatchObject({ run: 'other', problem: null });
  expect((await session.events.runs())[0]).toMatchObject({ run: 'mine', unsaved: true });
  await session.openRun('mine');
  expect(session.events.view).toMatchObject({ run: 'mine', state: 'paused', progress: { step: progress!.step } });
  expect(session.events.view).toMatchObject({ problem });
  await session.openRun('other');
  await rm(join(folder, 'mine'));
  await rename(join(folder, 'gone'), join(folder, 'mine'));
  expect(await session.close()).toBeNull();
  expect(await contentOf(folder, 'mine', progress!.step)).toMatchObject({ state: { step: progress!.step } });
  session.dispose();
});

test('a pause takes effect after the current step, with its checkpoint on disk', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...long, checkpointInterval: 1000 });
  await untilStep(session, 15);
  const before = session.events.view.progress!.step;
  await session.pause();
  const { state, progress } = session.events.view;
  expect(state).toBe('paused');
  expect(progress!.step - before).toBeLessThanOrEqual(1);
  expect(await contentOf(folder, 'run-1', progress!.step)).toMatchObject({ state: { step: progress!.step } });
  const states = told.flatMap(({ name, payload }) => (name === 'run' ? [payload.state] : []));
  expect(states.slice(-2)).toEqual(['pausing', 'paused']);
  // No line is repeated, not even between the two.
  const paused = told.findLastIndex(({ name }) => name === 'run');
  expect(session.events.view.log).toEqual(logShown(told.slice(0, paused)));
  expect(logShown(told)).toEqual(session.events.view.log);
  session.dispose();
});

test('a pause does not wait for a test to end; the test is repeated on resume', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  // Two hundred forward passes, so that the pause comes during the run's first test.
  await session.start({ ...twoEpochs, testBatchSize: 1 });
  await session.pause();
  expect(session.events.view).toMatchObject({ state: 'paused', progress: { step: 0 }, history: { testLosses: [] } });
  await session.resume();
  const { history } = await session.settled();
  expect(history.testCounter).toEqual([0, 640, 1280]);
  session.dispose();
});

test('a run can start while another one rests, and the other one is kept', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(long);
  await untilStep(session, 5);
  await expect(session.start(long)).rejects.toThrow('run-1 is being trained. Pause it to start another run.');
  await session.pause();
  await session.start({ ...twoEpochs, epochs: 1 });
  expect(await session.settled()).toMatchObject({ state: 'finished', run: 'run-2' });
  expect((await session.events.runs()).map(({ run, finished }) => [run, finished])).toEqual([
    ['run-2', true],
    ['run-1', false],
  ]);
  await session.openRun('run-1');
  expect(session.events.view).toMatchObject({ state: 'paused', run: 'run-1' });
  session.dispose();
});

test('commands that are not possible now are refused with a reason', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await expect(session.resume()).rejects.toThrow('No run is shown');
  await expect(session.addEpochs(1)).rejects.toThrow('No run is shown');
  await expect(session.openRun('run-9')).rejects.toThrow('run-9 does not exist');
  await session.start({ ...twoEpochs, epochs: 1 }, 'mine');
  await session.settled();
  await expect(session.resume()).rejects.toThrow('mine is finished. Add epochs to train it further.');
  await expect(session.start(twoEpochs, 'mine')).rejects.toThrow('already exists');
  session.dispose();
});

test('the log, the history and the reports agree, even after a resume', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...twoEpochs, logInterval: 4 }, undefined, 13);
  await session.settled();
  await session.resume();
  const { history, log, testTotal } = await session.settled();
  expect(testTotal).toBe(200);
  // Batches 0, 4 and 8 of each epoch of 640 images, 64 per batch.
  expect(history.trainCounter).toEqual([0, 256, 512, 640, 896, 1152]);
  expect(history.testCounter).toEqual([0, 640, 1280]);
  const reported = told.flatMap(({ name, payload }) => (name === 'reports' ? payload.lines : []));
  expect(reported).toEqual(log);
  expect(logShown(told)).toEqual(log);
  expect(session.runLog).toEqual({ run: 'run-1', text: `${log.join('\n')}\n` });
  expect(log.map((line) => line.replace(/\d\.\d+|\d+\/200 \(\d+%\)/g, '#'))).toEqual([
    'Test set: Avg. loss: #, Accuracy: #',
    'Train Epoch: 1 [0/640 (0%)]\tLoss: #',
    'Train Epoch: 1 [256/640 (40%)]\tLoss: #',
    'Train Epoch: 1 [512/640 (80%)]\tLoss: #',
    'Test set: Avg. loss: #, Accuracy: #',
    'Train Epoch: 2 [0/640 (0%)]\tLoss: #',
    'Train Epoch: 2 [256/640 (40%)]\tLoss: #',
    'Train Epoch: 2 [512/640 (80%)]\tLoss: #',
    'Test set: Avg. loss: #, Accuracy: #',
  ]);
  const row = `0,${history.trainLosses[0]},${history.testLosses[0]},${history.testCorrect[0]! / 200},0,run-1,`;
  expect(session.historyCsv.split('\n')[1]!.startsWith(row)).toBe(true);
  session.dispose();
});

test('samples show labels before training and predictions afterwards', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  const before = session.events.samples;
  expect(before).toHaveLength(6);
  expect(before.every(({ prediction }) => prediction === null)).toBe(true);
  await session.start({ ...twoEpochs, epochs: 1 });
  await session.settled();
  expect(session.events.samples.map(({ index }) => index)).toEqual(before.map(({ index }) => index));
  expect(session.events.samples.every(({ prediction }) => prediction !== null)).toBe(true);
  session.events.newSamples();
  expect(session.events.samples.map(({ index }) => index)).not.toEqual(before.map(({ index }) => index));
  session.dispose();
});

test('a folder that disappears pauses the run without loss, and another folder takes it over', async () => {
  const folder = await temporaryFolder();
  const elsewhere = await temporaryFolder();
  const checkpoints = join(folder, 'checkpoints');
  await mkdir(checkpoints);
  const { session } = await sessionIn(checkpoints);
  await session.start({ ...twoEpochs, epochs: 12, checkpointInterval: 5 });
  await untilStep(session, 12);
  await rename(checkpoints, join(folder, 'gone'));
  const view = await session.settled();
  expect(view).toMatchObject({ state: 'paused', problem: { code: 'checkpoint-not-written' } });
  expect(view.problem!.message).toContain('no such file or folder');
  expect(await readdir(folder)).toEqual(['gone']);
  await expect(session.end()).rejects.toThrow('run-1 was not closed because it is not saved.');
  expect(await session.close()).toMatchObject({ code: 'checkpoint-not-written' });

  const { step } = view.progress!;
  await session.useFolder(await openStore(elsewhere));
  expect(session.events.view).toMatchObject({ state: 'paused', problem: null, run: 'run-1', progress: { step } });
  await session.resume();
  expect(await session.settled()).toMatchObject({ state: 'finished' });

  // The same as an undisturbed run.
  const { session: calm } = await sessionIn(await temporaryFolder());
  await calm.start({ ...twoEpochs, epochs: 12, checkpointInterval: 5 });
  const undisturbed = await calm.settled();
  expect(session.events.view.history).toEqual(undisturbed.history);
  session.dispose();
  calm.dispose();
});

test('at every moment, the folder has all steps except those since the last checkpoint', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 6 });
  const run = join(folder, 'run-1');
  while (session.events.view.state === 'running') {
    const { step } = session.events.view.progress!;
    const saved = readdirSync(run).map((name) => Number(/^step-(\d+)$/.exec(name)?.[1] ?? -1));
    if (step > 0) expect(Math.max(...saved)).toBeGreaterThanOrEqual(step - 3);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await session.settled()).toMatchObject({ state: 'finished', progress: { step: 60 } });
  session.dispose();
});

test('files that are not ours are not changed', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'run-1'));
  await writeFile(join(folder, 'run-1', 'notes.txt'), 'mine');
  await writeFile(join(folder, 'thesis.txt'), 'mine');
  const { session } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 1 });
  expect(await session.settled()).toMatchObject({ state: 'finished', run: 'run-2' });
  expect((await readdir(folder)).sort()).toEqual([NUMBERS_FILE, 'run-1', 'run-2', 'thesis.txt']);
  expect(await readdir(join(folder, 'run-1'))).toEqual(['notes.txt']);
  session.dispose();
});

/** The number of tensors in the native library. */
function nativeTensors(): number {
  return (loadNativeBinding() as unknown as { getNumOfTensors(): number }).getNumOfTensors();
}

test('500 steps do not change the number of tensors', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...long, batchSize: 8, checkpointInterval: 100, logInterval: 10 }, undefined, 20);
  await session.settled();
  const before = nativeTensors();
  await session.resume(500);
  await session.settled();
  expect(session.events.view.progress!.step).toBe(520);
  expect(nativeTensors()).toBe(before);
  session.dispose();
  // The weights and the momentum buffers.
  expect(nativeTensors()).toBe(before - 2);
});

test('a run on other data is refused with the data that it needs', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...twoEpochs, epochs: 1 });
  await session.settled();
  session.dispose();
  const data = await loadDataset(null);
  const device = {
    backend: 'tensorflow',
    processor: 'cpu',
    description: '',
    hasUnusedGpu: false,
    problem: null,
  } as const;
  const other = new Session(device, { ...data, name: 'fashion', sha256: '0'.repeat(64) }, null, () => undefined);
  // Reopening the folder skips the run; opening the run explicitly is refused.
  await other.useFolder(await openStore(folder));
  expect(other.events.view).toMatchObject({ run: null, problem: null });
  const { name: dataset, sha256 } = await smallDataset();
  await expect(other.openRun('run-1')).rejects.toMatchObject({
    problem: {
      code: 'other-data',
      message: `run-1 was trained on ${dataset}, but fashion is loaded.`,
      otherData: { run: 'run-1', dataset, sha256, remedy: null, isRemembered: false },
    },
  });
  await rm(folder, { recursive: true });
});

test('a run that branches from an older checkpoint has the history up to it in its own file', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...twoEpochs, logInterval: 1 });
  await session.settled();
  const whole = session.events.view.history;
  await session.openCheckpoint('run-1', 'step-00000010');
  expect(session.events.view.history.trainLosses).toEqual(whole.trainLosses.slice(0, 10));
  await session.resume();
  expect(await session.settled()).toMatchObject({ run: 'run-2', state: 'finished', history: whole });
  session.dispose();
  const files = await Promise.all(['run-1', 'run-2'].map((run) => readFile(join(folder, run, HISTORY_FILE))));
  expect(files[1]).toEqual(files[0]);
});
