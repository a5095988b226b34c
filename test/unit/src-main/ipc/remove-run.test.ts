import type { MessageBoxOptions } from 'electron';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Reply } from '../../../../src-preload/contract';
import { ok, refusal } from '../../../../src-main/base/reply';
import type { EngineLink } from '../../../../src-main/ipc/dispatcher';
import { removeRun } from '../../../../src-main/ipc/remove-run';
import { temporaryFolder } from '../../temporary-folder';

/** @param replies the engine's replies other than plain success */
async function prepare(replies: Record<string, Reply<unknown>> = {}) {
  const path = join(await temporaryFolder(), 'run-1');
  await mkdir(path);
  const asked: string[] = [];
  const usual: Record<string, unknown> = {
    describeRun: { path, name: 'run-1', bytes: 1_200_000, testAccuracy: null, otherFiles: [] },
    releaseRun: true,
  };
  const engine = {
    request: (name: string) => {
      asked.push(name);
      return Promise.resolve(replies[name] ?? ok(usual[name]));
    },
  } as EngineLink;
  /** Agrees to each question except those with one of these buttons. */
  const remove = (trash: (path: string) => Promise<void>, ...refusedButtons: string[]) =>
    removeRun('run-1', engine, {
      agrees: ({ buttons }: MessageBoxOptions) => Promise.resolve(ok(!refusedButtons.includes(buttons!.at(-1)!))),
      trash,
    });
  return { path, asked, remove };
}

const noTrash = () => Promise.reject(new Error('there is no trash'));

test('a run is moved to the trash, and the engine forgets it', async () => {
  const { path, asked, remove } = await prepare();
  expect(await remove((folder) => rm(folder, { recursive: true }))).toEqual(ok(true));
  expect(existsSync(path)).toBe(false);
  expect(asked).toEqual(['describeRun', 'releaseRun', 'forgetRun']);
});

test('without a trash, a run is permanently deleted if the person agrees', async () => {
  const { path, remove } = await prepare();
  expect(await remove(noTrash)).toEqual(ok(true));
  expect(existsSync(path)).toBe(false);
});

test('a run whose removal failed is opened again, and the reason is reported', async () => {
  const { path, asked, remove } = await prepare();
  const trash = async () => {
    // Deleting it permanently then fails too.
    await rm(path, { recursive: true });
    throw new Error('there is no trash');
  };
  expect(await remove(trash)).toMatchObject({ ok: false, code: 'run-not-removed' });
  expect(asked).toEqual(['describeRun', 'releaseRun', 'openRun']);
});

test('a run that is not removed is opened again only if it was open', async () => {
  const open = await prepare();
  expect(await open.remove(noTrash, 'Delete permanently')).toEqual(ok(false));
  expect(open.asked).toEqual(['describeRun', 'releaseRun', 'openRun']);
  const closed = await prepare({ releaseRun: ok(false) });
  expect(await closed.remove(noTrash, 'Delete permanently')).toEqual(ok(false));
  expect(closed.asked).toEqual(['describeRun', 'releaseRun']);
  expect(existsSync(closed.path)).toBe(true);
});

test('a run that another process has open is not touched', async () => {
  const held = refusal('run-held', 'Another window has it open.');
  const { path, remove } = await prepare({ releaseRun: held });
  expect(await remove(() => rm(path, { recursive: true }))).toEqual(held);
  expect(existsSync(path)).toBe(true);
});
