import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunView } from '../../../../src-preload/contract';
import { Engine } from '../../../../src-main/engine/engine';
import { temporaryFolder } from '../../temporary-folder';
import { writeSmallDataset } from '../small-dataset';

const nothingOpen = { folder: null, dataFolder: null, interrupted: null };

/** Runs `action` as a user who may not read other users' folders; root may read all of them. */
async function asOrdinaryUser<T>(action: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid!(65_534);
  try {
    return await action();
  } finally {
    if (isRoot) process.seteuid!(0);
  }
}

/** A checkpoint folder with a run in which a crash of another user's left what only that user can remove. */
async function folderWithStuckRun(): Promise<string> {
  const folder = await temporaryFolder();
  const run = join(folder, 'run-1');
  const leftover = join(run, '.tmp-step-00000020-deadbeef');
  await mkdir(leftover, { recursive: true });
  await mkdir(join(run, 'step-00000010'));
  await writeFile(join(leftover, 'state.json'), '{}');
  await chmod(folder, 0o777);
  await chmod(run, 0o777);
  await chmod(leftover, 0);
  return folder;
}

test('a file error in a run’s recovery is told at the start, and another folder can be chosen', async () => {
  const told: RunView[] = [];
  const engine = new Engine((name, payload) => {
    if (name === 'run') told.push(payload as RunView);
  });
  const [folder, other] = [await folderWithStuckRun(), await temporaryFolder()];
  await chmod(other, 0o777);
  await asOrdinaryUser(async () => {
    const view = await engine.open({ ...nothingOpen, folder: { path: folder, run: null } });
    expect(view).toMatchObject({ folder, problem: null });
    expect(told.at(-1)?.problem?.message).toMatch(/run-1.*permission denied/);
    expect(view.dataset).toMatchObject({ name: 'MNIST', trainCount: 60_000 });
    expect(await engine.useFolder({ path: other, run: null })).toMatchObject({ folder: other, problem: null });
    expect(told.at(-1)).toMatchObject({ run: null, problem: null });
  });
});

test('all that cannot be opened at the start leaves what can be, and the first of it is told', async () => {
  const folder = await temporaryFolder();
  const engine = new Engine(() => undefined);
  const view = await engine.open({
    folder: { path: join(folder, 'gone'), run: null },
    dataFolder: join(folder, 'no-data'),
    interrupted: { run: 'run-1', state: 'running', reason: 'it ran out of memory' },
  });
  expect(view).toMatchObject({ folder: null, dataFolder: null, dataset: { name: 'MNIST' } });
  expect(view.problem?.message).toContain(join(folder, 'no-data'));
});

test('own data are in use as a whole when the checkpoint folder cannot be opened with them', async () => {
  const parent = await temporaryFolder();
  const data = join(parent, 'small');
  const folder = join(parent, 'checkpoints');
  await mkdir(folder);
  await writeSmallDataset(data);
  const engine = new Engine(() => undefined);
  await engine.open({ ...nothingOpen, folder: { path: folder, run: null } });
  await rename(folder, join(parent, 'elsewhere'));
  await writeFile(folder, 'not a folder');

  const view = await engine.useData(data);
  expect(view).toMatchObject({ dataFolder: data, dataset: { trainCount: 640 } });
  expect(view.problem?.message).toContain(folder);
  expect(await engine.view()).toMatchObject({ dataFolder: data, dataset: { trainCount: 640 }, problem: null });
});
