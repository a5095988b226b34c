import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { lockRun } from '../../../../src-main/checkpoints/lock';
import { openStore } from '../../../../src-main/checkpoints/store';
import { writeMadeUpRun } from '../../../made-up-run';
import { temporaryFolder } from '../../temporary-folder';
import { start } from '../cli/command-line';
import { writeSmallDataset } from '../small-dataset';

/** A checkpoint folder, and options for data whose epochs take only a moment. */
async function folders(): Promise<{ folder: string; data: string[] }> {
  const folder = await temporaryFolder();
  const data = join(await temporaryFolder(), 'data');
  await writeSmallDataset(data);
  return { folder, data: ['--data', data] };
}

describe('a run that one process has open', () => {
  test('is refused to a second one with the name of the first; a crash frees it', { timeout: 240_000 }, async () => {
    const { folder, data } = await folders();
    const { child, result } = start('train', '--checkpoints', folder, '--run', 'mine', ...data, '--epochs', '10000');
    await new Promise<void>((resolve) => {
      child.stdout!.on('data', (bytes: Buffer) => {
        if (bytes.toString().includes('Train Epoch: 2 ')) resolve();
      });
    });
    // Any process may list it.
    expect((await (await openStore(folder)).runs()).map(({ run }) => run)).toEqual(['mine']);
    const { status, errors } = await start('train', '--checkpoints', folder, '--resume', ...data).result;
    expect(status).toBe(1);
    expect(errors).toMatch(
      new RegExp(
        `^mine is open in the command line \\(process ${child.pid}, since .*\\)\\. Pause it there first\\.$`,
        'm',
      ),
    );
    child.kill('SIGKILL');
    await result;
    expect(await readdir(join(folder, 'mine'))).toContain('.lock');

    // Of two processes that resume it at the same time, one is refused.
    const two = [0, 1].map(() => start('train', '--checkpoints', folder, '--resume', ...data));
    const first = await Promise.race(two.map(({ result }) => result));
    expect([first.status, first.errors]).toEqual([1, expect.stringContaining('mine is open in the command line')]);
    for (const { child } of two) child.kill('SIGINT');
    const statuses = (await Promise.all(two.map(({ result }) => result))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([0, 1]);
    // A process that ends normally leaves no lock.
    expect(await readdir(join(folder, 'mine'))).not.toContain('.lock');
  });

  test('is refused to the command line', async () => {
    const folder = await temporaryFolder();
    const run = await writeMadeUpRun(folder, { points: 1 });
    const lock = (await openStore(folder)).hold(run);
    const refused = await start('train', '--checkpoints', folder, '--resume', '--run', run).result;
    expect([refused.status, refused.errors]).toEqual([1, expect.stringContaining(`(process ${process.pid}, since `)]);
    lock.release();
  });
});

describe('a lock', () => {
  let run: string;
  const holder = () => join(run, '.lock/holder.json');

  beforeEach(async () => {
    run = join(await temporaryFolder(), 'run-1');
    await mkdir(run);
  });

  /** Leaves the lock of another process behind. */
  async function leave(changes: object): Promise<void> {
    const { release } = lockRun(run);
    const content = JSON.parse(await readFile(holder(), 'utf8')) as object;
    release();
    await mkdir(join(run, '.lock'));
    await writeFile(holder(), JSON.stringify({ ...content, ...changes }));
  }

  test('is held until it is released, even within one process', async () => {
    const { release } = lockRun(run);
    expect(() => lockRun(run)).toThrow(/^run-1 is open in the command line/);
    release();
    expect(await readdir(run)).toEqual([]);
    lockRun(run).release();
  });

  test.each([
    ['of a process that has ended', { pid: 2 ** 22 + 1, started: null }],
    ['of an earlier process whose number is in use again', { started: 'another-boot 123' }],
    ['of this process that moved away with its folder and was released there', {}],
  ])('%s is taken over', async (_, changes) => {
    await leave(changes);
    lockRun(run).release();
    expect(await readdir(run)).toEqual([]);
  });

  test('that is damaged, or was being created when its process ended, is taken over', async () => {
    await leave({});
    await rename(join(run, '.lock'), join(run, '.tmp-lock-11111111-1111-4111-8111-111111111111'));
    await mkdir(join(run, '.lock'));
    await writeFile(holder(), '{"pid"');
    lockRun(run).release();
    expect(await readdir(run)).toEqual([]);
  });

  test.each([
    ['a pipe that nobody writes to', () => execFileSync('mkfifo', [holder()])],
    ['a link to an endless device', () => symlinkSync('/dev/zero', holder())],
  ])('whose file is %s is taken over', async (_, make) => {
    await mkdir(join(run, '.lock'));
    make();
    lockRun(run).release();
    expect(await readdir(run)).toEqual([]);
  });

  test('of another machine is respected, and the message says how to remove it', async () => {
    await leave({ host: `not-${hostname()}` });
    expect(() => lockRun(run)).toThrow(`if that process no longer runs, remove ${join(run, '.lock')}.`);
  });

  test('that cannot be created because renaming is forbidden is refused with a reason, after a few attempts', async () => {
    // Files in an append-only folder can be neither renamed nor removed.
    execFileSync('chattr', ['+a', run]);
    onTestFinished(() => void execFileSync('chattr', ['-a', run]));
    const words = `${run} cannot be written to: the operation is not permitted. Make the folder writable, or choose another folder.`;
    expect(() => lockRun(run)).toThrow(words);
    await mkdir(join(run, '.lock'));
    expect(() => lockRun(run)).toThrow(words);
  });

  test('of a folder that is gone is refused, and releasing it is harmless', async () => {
    const { release } = lockRun(run);
    await rm(run, { recursive: true });
    expect(() => lockRun(run)).toThrow(`${run} does not exist`);
    release();
    expect(() => lockRun(run)).toThrow(`${run} does not exist`);
  });
});
