import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { NUMBERS_FILE, rememberRunNumber } from '../../../../src-main/checkpoints/run-names';
import { openStore } from '../../../../src-main/checkpoints/store';
import { temporaryFolder } from '../../temporary-folder';

describe('a new run', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  /** With a new store, as after a restart. */
  async function create(): Promise<string> {
    const { run, lock } = await (await openStore(folder)).create();
    lock.release();
    return run;
  }
  const remove = (run: string) => rm(join(folder, run), { recursive: true });

  test('never has the number of a run that was removed', async () => {
    expect([await create(), await create(), await create()]).toEqual(['run-1', 'run-2', 'run-3']);
    await remove('run-2');
    expect(await create()).toBe('run-4');
    for (const run of ['run-1', 'run-3', 'run-4']) await remove(run);
    expect(await create()).toBe('run-5');
    expect((await readdir(folder)).sort()).toEqual([NUMBERS_FILE, 'run-5']);
  });

  test('never has the number of a removed run that somebody else named', async () => {
    await mkdir(join(folder, 'run-6'));
    await remove('run-6');
    await (await openStore(folder)).noteRemoved('run-6');
    expect(await create()).toBe('run-7');
  });

  test('comes after the existing runs, whoever created them', async () => {
    await mkdir(join(folder, 'Run-7'));
    await writeFile(join(folder, 'run-9'), 'a file');
    await mkdir(join(folder, 'run-best'));
    expect(await create()).toBe('run-10');
  });

  test.each([
    ['cut off', '{"format":"digit-st'],
    ['of something else', '{"lastRun":50}'],
    ['huge', ' '.repeat(2_000_000)],
    ['full of nonsense', '{"format":"digit-studio-folder","version":1,"lastRun":1e99}'],
  ])('continues from the existing runs if the remembered number is %s', async (_, content) => {
    await mkdir(join(folder, 'run-3'));
    await writeFile(join(folder, NUMBERS_FILE), content);
    expect(await create()).toBe('run-4');
    await remove('run-4');
    expect(await create()).toBe('run-5');
  });

  test('leaves the target of a link alone', async () => {
    const elsewhere = join(await temporaryFolder(), 'thesis.txt');
    await writeFile(elsewhere, 'mine');
    await symlink(elsewhere, join(folder, NUMBERS_FILE));
    expect(await create()).toBe('run-1');
    expect(await readFile(elsewhere, 'utf8')).toBe('mine');
  });

  test('is created even if its number cannot be remembered', async () => {
    await mkdir(join(folder, NUMBERS_FILE, 'full'), { recursive: true });
    expect(await create()).toBe('run-1');
    rememberRunNumber(join(folder, 'gone'), 3);
    expect((await readdir(folder)).sort()).toEqual([NUMBERS_FILE, 'run-1']);
  });
});
