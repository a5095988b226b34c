/** Waiting runs. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type NewTrial, NewTrial as TrialSchema } from '../../../../src-preload/queue';
import { defaultConfig } from '../../../../src-preload/schemas';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { zeroWeights } from '../../../../src-main/network/parameters';
import type { Session } from '../../../../src-main/session/session';
import { smallDataset } from '../small-dataset';
import { temporaryFolder } from '../../temporary-folder';
import { contentOf, newSession, prepareSessions, sessionIn, untilTrained } from './session-in-folder';

prepareSessions();

/** Ten steps. */
const short = { ...defaultConfig, epochs: 1 };
const long = { ...defaultConfig, epochs: 1000 };
const anew = (config = short) => ({ config, from: null });

/** Waits until the queue is empty and nothing is trained. */
async function untilDone(session: Session): Promise<void> {
  await vi.waitFor(
    () => {
      expect(session.events.queue.waiting).toEqual([]);
      expect(session.events.trained?.state).toBe('finished');
    },
    { timeout: 30_000, interval: 5 },
  );
}

test('waiting runs are trained one after the other, and what is shown stays', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...short, epochs: 3 });
  await session.queue.add(anew({ ...short, seed: 2 }));
  await session.queue.add(anew({ ...short, seed: 3 }));
  await untilDone(session);
  const runs = await session.events.runs();
  expect(runs.map(({ run, finished, config }) => [run, finished, config?.seed]).sort()).toEqual([
    ['run-1', true, 1],
    ['run-2', true, 2],
    ['run-3', true, 3],
  ]);
  expect(session.events.view.run).toBe('run-1');
  // Nothing is left of the queue in the folder.
  expect((await readdir(folder)).sort()).toEqual(['.digit-studio.json', 'run-1', 'run-2', 'run-3']);

  // A run that waited equals one that did not.
  const other = await temporaryFolder();
  const alone = (await sessionIn(other)).session;
  await alone.start({ ...short, seed: 3 });
  await alone.settled();
  const waited = await contentOf(folder, 'run-3', 10);
  expect((await contentOf(other, 'run-1', 10)).model).toEqual(waited.model);
  session.dispose();
  alone.dispose();
});

test('a pause holds the queue, which continues when that run is resumed and ends', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...short, epochs: 20 });
  await session.queue.add(anew());
  await untilTrained(session, 3);
  await session.pause();
  await session.settled();
  expect(session.events.queue.waiting).toHaveLength(1);
  await session.resume();
  await untilDone(session);
  expect((await session.events.runs()).map(({ run }) => run).sort()).toEqual(['run-1', 'run-2']);
  session.dispose();
});

test('after a pause the next run can be started at once, and a waiting one removed', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start(long);
  await session.queue.add(anew({ ...short, seed: 2 }));
  await session.queue.add(anew({ ...short, seed: 3 }));
  await expect(session.queue.startNext()).rejects.toThrow('run-1 is being trained. Pause it to start the next run.');
  const [, second] = session.events.queue.waiting;
  await session.queue.takeBack([second!.id]);
  await session.pause();
  await session.queue.startNext();
  expect(session.events.trained).toMatchObject({ run: 'run-2' });
  await untilDone(session);
  await expect(session.queue.startNext()).rejects.toThrow('No run is waiting.');
  expect((await session.events.runs()).find(({ run }) => run === 'run-1')).toMatchObject({ finished: false });
  session.dispose();
});

test('waiting runs survive a restart with their initial weights, even if the checkpoint of these is gone', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(short);
  await session.settled();
  const from = { run: 'run-1', name: 'step-00000010' };
  await session.openRun('run-1');
  await session.start(long);
  await session.queue.add({ config: { ...short, learningRate: 0.02 }, from });
  await session.close();
  session.dispose();
  const [begun] = [await contentOf(folder, 'run-1', 10)];
  await rm(join(folder, 'run-1'), { recursive: true });

  const again = (await sessionIn(folder)).session;
  expect(again.events.queue.waiting).toMatchObject([
    { config: { learningRate: 0.02 }, origin: { run: 'run-1', step: 10 }, dataset: 'MNIST (640)', problem: null },
  ]);
  await again.queue.startNext();
  await untilDone(again);
  const start = await contentOf(folder, 'run-3', 0).catch(() => null);
  const summary = (await again.events.runs()).find(({ run }) => run === 'run-3');
  expect(summary).toMatchObject({ finished: true, origin: { run: 'run-1', step: 10 } });
  // The state before the first step equals the checkpoint, if it is still kept.
  if (start) expect(start.model).toEqual(begun.model);
  again.dispose();
});

test('a run from a weights file keeps its weights and momentum while it waits', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(long);
  await expect(session.queue.add({ config: short, from: 'weights' })).rejects.toThrow('No weights file is open.');
  const buffers = zeroWeights();
  buffers['fc2.bias'].fill(0.25);
  const origin = { file: 'model.pth', sha256: '0'.repeat(64) };
  const momentum = { buffers, learningRate: 0.01, momentum: 0.5 };
  await session.openWeights({ weights: initialWeights(7), momentum, note: null, origin });
  await session.queue.add({ config: { ...short, checkpointInterval: 1 }, from: 'weights' });
  await session.pause();
  session.dispose();
  const again = (await sessionIn(folder)).session;
  await again.queue.startNext();
  await untilDone(again);
  const waited = await contentOf(folder, 'run-2', 10);

  const other = await temporaryFolder();
  const alone = (await sessionIn(other)).session;
  await alone.openWeights({ weights: initialWeights(7), momentum, note: null, origin });
  await alone.start({ ...short, checkpointInterval: 1 });
  await alone.settled();
  const direct = await contentOf(other, 'run-1', 10);
  expect(waited.model).toEqual(direct.model);
  expect(waited.optimizer).toEqual(direct.optimizer);
  again.dispose();
  alone.dispose();
});

test('after a failed run the next one starts, and a run for other data lets others pass', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const weights = initialWeights(1);
  for (const values of Object.values(weights)) values.fill(1e15);
  const origin = { file: 'huge.safetensors', sha256: '0'.repeat(64) };
  await session.openWeights({ weights, momentum: null, note: null, origin });
  await session.start(long);
  const other = await smallDataset(32, 20);
  await session.queue.add(anew({ ...short, seed: 5 }));
  await untilDone(session);
  expect(session.events.view).toMatchObject({ run: 'run-1', state: 'failed' });
  const runs = await session.events.runs();
  expect(runs.find(({ run }) => run === 'run-2')).toMatchObject({ finished: true });
  session.dispose();

  const sha256 = 'f'.repeat(64);
  const waiting = (await sessionIn(folder, { ...other, name: 'other', sha256, remedy: 'inverted' })).session;
  await waiting.start({ ...long, epochs: 10_000 });
  await waiting.queue.add(anew());
  await waiting.pause();
  waiting.dispose();
  const back = (await sessionIn(folder)).session;
  expect(back.events.queue.waiting).toMatchObject([
    {
      dataset: 'other',
      missingData: { sha256, remedy: 'inverted' },
      problem: 'It waits until other is loaded.',
    },
  ]);
  await expect(back.queue.startNext()).rejects.toThrow(
    'No waiting run could be started. It waits until other is loaded.',
  );
  expect(back.events.queue.waiting).toHaveLength(1);
  back.dispose();
});

test('a run that ends while the application closes does not start another one', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start({ ...short, epochs: 2 });
  await session.queue.add(anew());
  await vi.waitFor(() => expect(session.events.trained?.progress.step).toBeGreaterThanOrEqual(19), {
    timeout: 30_000,
    interval: 1,
  });
  await session.close();
  await new Promise(setImmediate);
  expect(session.events.queue.waiting).toHaveLength(1);
  session.dispose();
});

test('a damaged queue is reported, and its file is kept', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, '.digit-studio-queue'));
  const file = join(folder, '.digit-studio-queue', 'queue.json');
  await writeFile(file, '{"waiting":');
  const { session } = await sessionIn(folder);
  expect(session.events.queue).toMatchObject({ waiting: [], problem: { code: 'queue-damaged' } });
  expect(session.events.queue.problem?.message).toContain(`${file} cannot be read: it is damaged.`);
  expect(await readFile(`${file}.damaged`, 'utf8')).toBe('{"waiting":');
  expect(existsSync(file)).toBe(false);
  session.dispose();
});

test('without a folder no run can wait, and at most a hundred can', async () => {
  const { session } = newSession();
  await expect(session.queue.add(anew())).rejects.toThrow('Choose a folder for runs first.');
  const inFolder = (await sessionIn(await temporaryFolder())).session;
  await inFolder.start(long);
  const trial: NewTrial = { config: short, setting: 'momentum', values: [0.5, 0.9], seeds: 10 };
  for (let i = 0; i < 5; i++) await inFolder.queue.addTrial(trial);
  await expect(inFolder.queue.add(anew())).rejects.toThrow('At most 100 runs can wait. Remove some first.');
  expect(inFolder.events.queue.waiting).toHaveLength(100);
  await inFolder.pause();
  inFolder.dispose();
  session.dispose();
});

test('the two runs of a seed in a trial start from the same weights, and differ in one setting', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const trial: NewTrial = {
    config: { ...short, checkpointInterval: 1 },
    setting: 'learningRate',
    values: [0.01, 0.03],
    seeds: 3,
  };
  await session.queue.addTrial(trial);
  // Nothing was trained, so the first has started. It is shown, since nothing else was.
  expect(session.events.trained?.run).toBe('run-1');
  expect(session.events.queue.waiting).toHaveLength(5);
  await untilDone(session);
  const runs = (await session.events.runs()).toSorted((a, b) => a.run.localeCompare(b.run));
  expect(runs.map(({ config, trial }) => [config!.seed, config!.learningRate, trial!.side])).toEqual([
    [1, 0.01, 0],
    [1, 0.03, 1],
    [2, 0.01, 0],
    [2, 0.03, 1],
    [3, 0.01, 0],
    [3, 0.03, 1],
  ]);
  expect(new Set(runs.map(({ trial }) => trial!.id)).size).toBe(1);
  session.dispose();

  // Equal values with equal seeds give the same run, bit for bit.
  const again = (await sessionIn(await temporaryFolder())).session;
  await again.start({ ...short, checkpointInterval: 1, seed: 2, learningRate: 0.03 });
  await again.settled();
  const direct = await contentOf(again.store!.folder, 'run-1', 10);
  expect((await contentOf(folder, 'run-4', 10)).model).toEqual(direct.model);
  again.dispose();
});

test('a trial needs two different valid values, and three to ten seeds', () => {
  const trial: NewTrial = { config: short, setting: 'batchSize', values: [64, 128], seeds: 3 };
  const words = (change: object) => TrialSchema.safeParse({ ...trial, ...change }).error?.issues[0]?.message;
  expect(words({})).toBeUndefined();
  expect(words({ values: [64, 64] })).toBe('The two values are the same');
  expect(words({ values: [64, 0] })).toBe('A run cannot have one of the two values');
  expect(words({ values: [64, true] })).toBe('A run cannot have one of the two values');
  expect(words({ seeds: 2 })).toBe('A trial has 3 to 10 seeds');
});
