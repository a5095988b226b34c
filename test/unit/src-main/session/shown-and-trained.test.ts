/** Showing a run locks nothing, and does not disturb a run that is being trained. */
import { ARTICLE } from '../article-network';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrainedRun } from '../../../../src-preload/contract';
import { openStore } from '../../../../src-main/checkpoints/store';
import { readWeightsFile } from '../../../../src-main/exchange/weights-file';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { type Told, contentOf, logShown, prepareSessions, sessionIn, untilTrained } from './session-in-folder';

prepareSessions();

const short = { ...defaultConfig, epochs: 2, logInterval: 1, checkpointInterval: 3 };
/** Long enough not to end during a test. */
const long = { ...short, epochs: 10_000 };

const nameOf = (step: number) => `step-${step.toString().padStart(8, '0')}`;

/** A session in a folder with the finished run `other`; `mine` is being trained and shown. */
async function whileMineTrains() {
  const folder = await temporaryFolder();
  const made = await sessionIn(folder);
  const { session } = made;
  await session.start(short, 'other');
  await session.settled();
  await session.start(long, 'mine');
  await untilTrained(session, 5);
  return { ...made, folder };
}

const trainedIn = (told: Told[]): TrainedRun[] =>
  told.flatMap(({ name, payload }) => (name === 'trained' && payload !== null ? [payload] : []));

test('another run can be shown while one is trained, which continues and can be shown live again', async () => {
  const { session, told } = await whileMineTrains();
  await session.openRun('other');
  told.length = 0;
  expect(session.events.view).toMatchObject({ run: 'other', state: 'finished', progress: { step: 20 } });
  expect(session.activeModel.model).toMatchObject({ name: 'other', step: 20 });
  const before = session.events.trained!.progress.step;
  await untilTrained(session, before + 20);
  // No event presents the hidden run as the shown one.
  expect(told.filter(({ name }) => ['run', 'reports', 'samples'].includes(name))).toEqual([]);
  const models = told.flatMap(({ name, payload }) => (name === 'model' ? [payload.name] : []));
  expect(models.filter((name) => name !== 'other')).toEqual([]);
  expect(session.events.trained).toMatchObject({ run: 'mine', state: 'running', problem: null });

  await session.openCheckpoint('other', nameOf(10));
  expect(session.events.view).toMatchObject({ run: 'other', olderCheckpoint: nameOf(10), progress: { step: 10 } });
  await session.openRun('mine');
  const { step } = session.events.view.progress!;
  expect(session.events.view).toMatchObject({ run: 'mine', state: 'running', olderCheckpoint: null });
  await untilTrained(session, step + 5);
  await session.pause();
  const { history, log, progress } = session.events.view;
  expect(history.trainLosses).toHaveLength(progress!.step);
  expect(logShown(told)).toEqual(log);
  session.dispose();
});

test('a checkpoint that training removed since it was listed can be chosen nevertheless', async () => {
  const { session } = await whileMineTrains();
  const { store, activeModel } = session;
  await untilTrained(session, 20);
  const { checkpoints } = (await store!.runs()).find(({ run }) => run === 'mine')!;
  // The last of each epoch stay.
  const { step, name } = checkpoints.find((checkpoint) => checkpoint.step % 10 !== 0)!;
  await untilTrained(session, step + 60);
  await expect(store!.read('mine', name)).rejects.toMatchObject({ code: 'checkpoint-gone' });

  await session.readWith({ run: 'mine', name });
  expect(activeModel.view).toMatchObject({ name: 'mine', step });
  const { weights } = activeModel;
  await session.queue.add({ config: { ...short, epochs: 1 }, from: { run: 'mine', name } });
  expect(session.events.queue.waiting).toMatchObject([{ origin: { run: 'mine', step } }]);
  await session.openCheckpoint('mine', name);
  expect(session.events.view).toMatchObject({ run: 'mine', olderCheckpoint: name, progress: { step } });
  expect(activeModel.weights).toEqual(weights);
  // That of a run that is not shown cannot be computed.
  await session.openRun('other');
  await expect(session.openCheckpoint('mine', name)).rejects.toMatchObject({ code: 'checkpoint-gone' });

  await session.openRun('mine');
  await session.pause();
  await session.queue.startNext();
  await session.settled();
  await session.openRun('run-1');
  await session.readWith({ run: 'run-1', step: 0 });
  expect(activeModel.weights).toEqual(weights);
  session.dispose();
});

test('the run that was last trained is forgotten with its folder', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start(short, 'run-1', 3);
  await session.settled();
  expect(session.events.trained).toMatchObject({ run: 'run-1', state: 'paused' });
  // A run of the same name in another folder was not trained, and waiting runs there do not wait for this one.
  await session.useFolder(await openStore(await temporaryFolder()));
  expect(session.events.trained).toBeNull();
  session.dispose();
});

test('a run that is trained without being shown equals one that is shown', async () => {
  const folder = await temporaryFolder();
  const { session, told } = await sessionIn(folder);
  await session.start({ ...short, epochs: 1 }, 'other');
  await session.settled();
  await session.start({ ...short, epochs: 4 }, 'watched');
  await session.settled();
  await session.start({ ...short, epochs: 4 }, 'unseen');
  await session.openRun('other');
  await session.openCheckpoint('watched', nameOf(40));
  expect(await session.settled()).toMatchObject({ run: 'watched', state: 'finished' });
  expect(trainedIn(told).at(-1)).toMatchObject({ run: 'unseen', state: 'finished', progress: { step: 40 } });
  expect(await contentOf(folder, 'unseen', 40)).toEqual(await contentOf(folder, 'watched', 40));
  // It is on disk and not shown: another process may continue it, and so may this one.
  await session.openRun('unseen');
  await session.addEpochs(1);
  expect(await session.settled()).toMatchObject({ run: 'unseen', state: 'finished', progress: { step: 50 } });
  session.dispose();
});

test('while a run is trained, commands that would disturb it are refused, and pause applies to that run', async () => {
  const { session, folder } = await whileMineTrains();
  await session.openRun('other');
  for (const [command, words] of [
    [() => session.start(short), 'start another run'],
    [() => session.addEpochs(1), 'add epochs'],
    [async () => session.useFolder(await openStore(folder)), 'choose another folder'],
    [() => session.end(), 'change the data'],
    [() => session.releaseRun('mine'), 'remove it'],
  ] as const) {
    await expect(command()).rejects.toThrow(`mine is being trained. Pause it to ${words}.`);
  }
  expect(await session.releaseRun('other')).toBe(true);
  expect(session.events.view).toMatchObject({ state: 'idle', run: null });
  await session.pause();
  expect(session.events.trained).toMatchObject({ run: 'mine', state: 'paused' });
  session.dispose();
});

test('showing a resting run does not lock it', async () => {
  const folder = await temporaryFolder();
  const { session: first } = await sessionIn(folder);
  await first.start(short, 'mine', 7);
  await first.settled();
  // Another process trains it while it is shown here.
  const { session: second } = await sessionIn(folder);
  await second.resume(6);
  expect(await second.settled()).toMatchObject({ run: 'mine', progress: { step: 13 } });
  expect(first.events.view).toMatchObject({ run: 'mine', state: 'paused', progress: { step: 7 } });
  // It continues from the other process's steps.
  await first.resume();
  expect(await first.settled()).toMatchObject({ run: 'mine', state: 'finished', progress: { step: 20 } });
  await first.start(short, 'whole');
  await first.settled();
  expect(await contentOf(folder, 'mine', 20)).toEqual(await contentOf(folder, 'whole', 20));
  first.dispose();
  second.dispose();
});

test('another run is shown within a few steps of training, however long a step takes', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start(short, 'other');
  await session.settled();
  // One batch has all images.
  await session.start({ ...long, batchSize: 640, checkpointInterval: 1000 }, 'mine');
  await untilTrained(session, 2);
  const before = session.events.trained!.progress.step;
  await session.openRun('other');
  expect(session.events.trained!.progress.step - before).toBeLessThan(8);
  await session.pause();
  session.dispose();
});

test('a run that another process trains can be shown, and resuming it says which process has it', async () => {
  const { session: first, folder } = await whileMineTrains();
  const { session: second } = await sessionIn(folder);
  await second.openRun('mine');
  expect(second.events.view).toMatchObject({ run: 'mine', state: 'paused' });
  await expect(second.resume()).rejects.toMatchObject({ code: 'run-held' });
  expect(second.events.view).toMatchObject({ run: 'mine', state: 'paused', problem: null });
  await first.pause();
  await second.resume(1);
  expect(await second.settled()).toMatchObject({ run: 'mine', state: 'paused' });
  first.dispose();
  second.dispose();
});

test('a run that fails while not shown says why once it is shown, and Resume continues it', async () => {
  const { session, told, folder } = await whileMineTrains();
  await session.openRun('other');
  await rename(join(folder, 'mine'), join(await temporaryFolder(), 'gone'));
  await session.settled();
  const { problem, progress } = trainedIn(told).at(-1)!;
  expect(problem).toMatchObject({ code: 'checkpoint-not-written' });
  expect(session.events.view).toMatchObject({ run: 'other', problem: null });
  expect(await session.events.runs()).toMatchObject([
    { run: 'mine', unsaved: true, checkpoints: [] },
    { run: 'other' },
  ]);
  await expect(session.releaseRun('mine')).rejects.toThrow('mine is not saved. Resume it or discard it first.');

  // Other runs can be trained meanwhile, and weights opened.
  await session.addEpochs(1);
  await session.settled();
  await session.openWeights(await readWeightsFile(ARTICLE));
  await session.openRun('mine');
  expect(session.events.view).toMatchObject({ run: 'mine', state: 'paused', problem, progress });
  await session.resume(1);
  expect(await session.settled()).toMatchObject({
    state: 'paused',
    problem: null,
    progress: { step: progress.step + 1 },
  });
  session.dispose();
});

test('all runs that could not be saved are moved to another folder', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const steps: Record<string, number> = {};
  for (const name of ['a', 'b']) {
    await session.start(long, name);
    await untilTrained(session, 4);
    await rename(join(folder, name), join(await temporaryFolder(), name));
    steps[name] = (await session.settled()).progress!.step;
  }
  const elsewhere = await temporaryFolder();
  await session.useFolder(await openStore(elsewhere));
  expect(session.events.view).toMatchObject({ run: 'b', state: 'paused', problem: null });
  expect((await session.events.runs()).map(({ run, unsaved }) => [run, unsaved]).sort()).toEqual([
    ['a', undefined],
    ['b', undefined],
  ]);
  for (const name of ['a', 'b']) {
    await session.openRun(name);
    expect(session.events.view).toMatchObject({ run: name, progress: { step: steps[name] } });
  }
  session.dispose();
});
