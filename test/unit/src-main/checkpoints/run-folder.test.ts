import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeRunFolder, removeRunFolder } from '../../../../src-main/checkpoints/run-folder';
import { openStore } from '../../../../src-main/checkpoints/store';
import { defaultConfig } from '../../../../src-preload/schemas';
import { temporaryFolder } from '../../temporary-folder';
import { prepareSessions, sessionIn } from '../session/session-in-folder';

prepareSessions();

const config = { ...defaultConfig, epochs: 1, checkpointInterval: 5 };

test('a run’s folder is described with its size and the files that are not ours', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config);
  await session.settled();
  session.dispose();
  const store = await openStore(folder);
  const [run] = await store.runs();
  const path = join(folder, 'run-1');
  const sizes = await Promise.all(['history.bin', 'snapshots.bin'].map(async (name) => stat(join(path, name))));
  const bytes = [...sizes.map(({ size }) => size), ...run!.checkpoints.map((checkpoint) => checkpoint.bytes)].reduce(
    (sum, part) => sum + part,
  );
  const described = { path, name: 'run-1', bytes, testAccuracy: run!.testAccuracy };
  expect(await describeRunFolder(store, 'run-1')).toEqual({ ...described, otherFiles: [] });

  await writeFile(join(path, 'notes.txt'), 'mine');
  await mkdir(join(path, 'plots'));
  await writeFile(join(path, 'step-00000010', 'more.txt'), 'mine');
  await mkdir(join(path, '.tmp-step-00000005-0123'));
  const otherFiles = ['notes.txt', 'plots', join('step-00000010', 'more.txt')];
  expect(await describeRunFolder(store, 'run-1')).toEqual({ ...described, otherFiles });
});

test('a folder that is not a run is not described', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'thesis'));
  await writeFile(join(folder, 'thesis', 'text.txt'), 'mine');
  const store = await openStore(folder);
  await expect(describeRunFolder(store, 'thesis')).rejects.toThrow(`${folder} contains no run called thesis`);
  await expect(describeRunFolder(store, '..')).rejects.toThrow('contains no run called ..');
});

test('after a run was removed, another one with its name starts fresh', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const store = await openStore(folder);
  await session.useFolder(store);
  await session.start({ ...config, epochs: 2, checkpointInterval: 1 });
  await session.settled();
  const { path } = await describeRunFolder(store, 'run-1');
  expect(await session.releaseRun('run-1')).toBe(true);
  expect(session.events.view).toMatchObject({ state: 'idle', run: null });
  expect(await session.releaseRun('run-1')).toBe(false);
  await removeRunFolder(path);
  store.forget('run-1');
  expect(await store.runs()).toEqual([]);
  await expect(removeRunFolder(path)).rejects.toThrow('could not be removed: no such file or folder');

  await session.start({ ...config, checkpointInterval: 1 }, 'run-1');
  await session.settled();
  const steps = (await store.runs())[0]!.checkpoints.map(({ step }) => step);
  expect(steps.slice(0, 3)).toEqual([10, 9, 8]);
  const names = (await readdir(path)).filter((name) => name.startsWith('step-'));
  expect(names.sort()).toEqual(steps.map((step) => `step-${step.toString().padStart(8, '0')}`).sort());
  session.dispose();
});

test('a run that is being trained is not released', async () => {
  const { session } = await sessionIn(await temporaryFolder());
  await session.start({ ...config, epochs: 10_000 });
  await expect(session.releaseRun('run-1')).rejects.toThrow('run-1 is being trained. Pause it to remove it.');
  await session.pause();
  session.dispose();
});
