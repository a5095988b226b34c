import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { ComparedRun, RunRef } from '../../../../src-preload/compare';
import { defaultConfig } from '../../../../src-preload/schemas';
import { CheckpointStore, openStore } from '../../../../src-main/checkpoints/store';
import { OtherFolders } from '../../../../src-main/session/other-folders';
import { condense } from '../../../../src-main/session/condense';
import type { Session } from '../../../../src-main/session/session';
import { smallDataset } from '../small-dataset';
import { temporaryFolder } from '../../temporary-folder';
import { newSession, prepareSessions, sessionIn, untilTrained } from './session-in-folder';

prepareSessions();

const config = { ...defaultConfig, epochs: 2 };
const inFolder = (run: string): RunRef => ({ run, folder: 0 });

async function trained(session: Session, change: object): Promise<void> {
  await session.start({ ...config, ...change });
  await session.settled();
}

test('runs are compared by settings, curves, times and results, and image by image', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await trained(session, {});
  await trained(session, { learningRate: 0.05 });
  const refs = [inFolder('run-1'), inFolder('run-2')] as const;
  const [first, second] = (await session.comparison.compare(refs)) as [ComparedRun, ComparedRun];
  expect([first.config.learningRate, second.config.learningRate]).toEqual([0.01, 0.05]);
  const { history } = session.events.view;
  expect(second.history).toEqual(history);
  expect(second.test).toMatchObject({ correct: history.testCorrect.at(-1), total: 200 });
  expect(second.times.at(-1)?.examplesSeen).toBe(1280);
  expect(second.times.map(({ seconds }) => seconds)).toEqual(
    second.times.map(({ seconds }) => seconds).toSorted((a, b) => a - b),
  );

  const answers = await session.answersComparison.compare(...refs);
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const labels = bytes(answers.labels);
  const right = answers.answers.map(({ predictions }) =>
    [...bytes(predictions)].map((digit, i) => digit === labels[i]),
  );
  expect(right.map((list) => list.filter(Boolean).length)).toEqual([first.test!.correct, second.test!.correct]);
  expect(answers.onlyFirst).toBe(right[0]!.filter((isRight, i) => isRight && !right[1]![i]).length);
  expect(answers.onlySecond).toBe(right[1]!.filter((isRight, i) => isRight && !right[0]![i]).length);

  const csv = (await session.comparison.csv(refs)).trimEnd().split('\n');
  expect(csv.filter((line) => line.startsWith('examples_seen'))).toHaveLength(1);
  expect(csv.filter((line) => line.includes('run-1,'))).not.toHaveLength(0);
  expect(csv.at(-1)).toContain('run-2');
  await expect(session.comparison.csv([inFolder('run-7')])).rejects.toMatchObject({ code: 'no-run' });
  session.dispose();
});

test('runs of another folder are not mistaken for those of the same names and steps before', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  const refs = [inFolder('run-1'), inFolder('run-2')] as const;
  await trained(session, {});
  await trained(session, { seed: 2 });
  const before = await session.answersComparison.compare(...refs);
  await session.useFolder(await openStore(await temporaryFolder()));
  await trained(session, { seed: 3 });
  await trained(session, { seed: 4 });
  const { answers } = await session.answersComparison.compare(...refs);
  expect(answers.map(({ losses }) => losses)).not.toEqual(before.answers.map(({ losses }) => losses));
  session.dispose();
});

test('a run that is being trained is compared as it is in memory, without disturbing it', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...config, epochs: 1000, checkpointInterval: 1000 });
  await untilTrained(session, 25);
  const [now] = (await session.comparison.compare([inFolder('run-1')])) as [ComparedRun];
  expect(now.step).toBeGreaterThanOrEqual(25);
  expect(now.history.testCorrect.length).toBeGreaterThanOrEqual(2);
  await session.pause();
  await vi.waitFor(() => expect(session.events.view.state).toBe('paused'));
  const [paused] = (await session.comparison.compare([inFolder('run-1')])) as [ComparedRun];
  expect(paused.step).toBe(session.events.view.progress?.step);
  session.dispose();
});

test('a run is compared while its newest checkpoints are removed faster than they are read', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await trained(session, { checkpointInterval: 3 });
  const store = new CheckpointStore(folder);
  const read = store.read.bind(store);
  const spy = vi.spyOn(CheckpointStore.prototype, 'read').mockImplementation(async (...of) => {
    // As the process that trains the run removes them.
    if (!of[1].endsWith('10')) await rm(join(folder, ...of), { recursive: true });
    return read(...of);
  });
  const { run } = await session.comparison.weightsOf(inFolder('run-1'));
  expect([spy.mock.calls.length, run.step]).toEqual([4, 10]);
  spy.mockRestore();
  session.dispose();
});

test('runs of other folders are added by their own folder or by the folder that contains them', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await trained(session, { epochs: 1 });
  session.dispose();
  const others = new OtherFolders();
  const all = { folder: 1, path: folder, runs: [{ run: 'run-1', name: 'run-1' }] };
  expect(await others.add(folder)).toEqual(all);
  expect(await others.add(join(folder, 'run-1'))).toEqual(all);
  const empty = await temporaryFolder();
  await expect(others.add(empty)).rejects.toThrow(`${empty} contains no runs.`);
  expect(() => others.path(2)).toThrow('Add it again.');
});

test('unreadable runs and runs tested on other data are reported', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await trained(session, { epochs: 1 });
  await trained(session, { epochs: 1, seed: 2 });
  session.dispose();
  await cp(join(folder, 'run-1'), join(await temporaryFolder(), 'copy'), { recursive: true });
  const data = { ...(await smallDataset(32, 20)), name: 'fashion', sha256: 'f'.repeat(64) };
  const other = (await sessionIn(folder, data)).session;
  const [read, missing] = await other.comparison.compare([inFolder('run-1'), inFolder('run-9')]);
  expect(read).toMatchObject({ data: { name: 'MNIST (640)' } });
  expect(missing).toMatchObject({
    problem: `run-9 in ${folder} has no checkpoint that can be read. Choose another run.`,
  });
  await expect(other.answersComparison.compare(inFolder('run-1'), inFolder('run-2'))).rejects.toThrow(
    'run-1 was trained on MNIST (640), but fashion is loaded. To compare images, load the same data.',
  );
  other.dispose();
  const none = newSession().session;
  expect(await none.comparison.compare([inFolder('run-1')])).toMatchObject([
    { problem: 'Choose a folder for runs first.' },
  ]);
});

test('a trial has pairs, and a verdict once three seeds are done with both values', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  const setting = { setting: 'learningRate', values: [0.0001, 0.05] } as const;
  await session.queue.addTrial({ ...setting, values: [...setting.values], config: { ...config, epochs: 1 }, seeds: 3 });
  const id = session.events.queue.waiting[0]!.trial!.id;
  expect(await session.comparison.trial('11111111-1111-4111-8111-111111111111')).toBeNull();
  await vi.waitFor(
    () => {
      expect(session.events.queue.waiting).toEqual([]);
      expect(session.events.trained?.state).toBe('finished');
    },
    { timeout: 30_000 },
  );
  const result = (await session.comparison.trial(id))!;
  expect(result.trial).toEqual({ id, ...setting, seeds: 3 });
  expect(result.runs.map(({ side }) => side)).toEqual([0, 1, 0, 1, 0, 1]);
  expect(result.pairs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
  expect(result.verdict!.mean).toBeGreaterThan(0);
  // The runs of a seed start alike: their first tests, before the first step, are the same.
  for (const i of [0, 2, 4]) {
    expect(result.runs[i]!.history.testLosses[0]).toBe(result.runs[i + 1]!.history.testLosses[0]);
  }
  session.dispose();
});

test('a long history is sent as the means of equal parts', () => {
  const long = { trainLosses: [1, 3, 5, 7, 2, 4], trainCounter: [0, 10, 20, 30, 40, 50] };
  const tests = { testLosses: [2], testCounter: [0], testCorrect: [9] };
  expect(condense({ ...long, ...tests }, 3)).toEqual({ trainLosses: [2, 6, 3], trainCounter: [0, 20, 40], ...tests });
  expect(condense({ ...long, ...tests }, 6)).toEqual({ ...long, ...tests });
});
