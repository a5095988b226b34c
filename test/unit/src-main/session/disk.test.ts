/** Real disks that fill up, become read-only or disappear, and folders with unusual names. */
import { chmodSync, closeSync, openSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { makeLesson } from '../../../../src-main/training/lesson';
import { openStore } from '../../../../src-main/checkpoints/store';
import { setRunDetails } from '../../../../src-main/session/run-details';
import type { Session } from '../../../../src-main/session/session';
import { defaultConfig } from '../../../../src-preload/schemas';
import { Tmpfs, noTmpfsHere } from '../../../tmpfs';
import { smallDataset } from '../small-dataset';
import { temporaryFolder } from '../../temporary-folder';
import { contentOf, prepareSessions, sessionIn, untilStep } from './session-in-folder';

prepareSessions();

/** 200 steps, enough to interrupt; with the last checkpoint of each epoch, more than 3 MB. */
const config = { ...defaultConfig, epochs: 20, checkpointInterval: 3 };
const LAST_STEP = 200;

function smallDisk(size: string): Tmpfs {
  const disk = new Tmpfs(size);
  onTestFinished(() => disk.remove());
  return disk;
}

/** A lesson of more than a megabyte. */
async function largeLesson(): Promise<MnistDataset> {
  const data = await smallDataset();
  return makeLesson(data, { drawings: data.train, heldOut: data.test, otherHands: data.train }, config.seed, 640);
}

/** Continues, and checks that nothing was lost. */
async function finishesAsIfNothingHappened(session: Session, folder: string): Promise<void> {
  await session.resume();
  expect(await session.settled()).toMatchObject({ state: 'finished', problem: null });
  const { run } = session.events.view;
  session.dispose();
  expect(await contentOf(folder, run!, LAST_STEP)).toEqual(await (undisturbed ??= undisturbedRun()));
}

/** The final content of an undisturbed run, trained once for all tests. */
let undisturbed: ReturnType<typeof contentOf> | undefined;

async function undisturbedRun(): ReturnType<typeof contentOf> {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config);
  await session.settled();
  session.dispose();
  return contentOf(folder, 'run-1', LAST_STEP);
}

const reason = noTmpfsHere();
if (reason !== null) console.log(`Skipped: ${reason}`);

describe.skipIf(reason !== null)('a disk', () => {
  test('that is full pauses the run, which continues once there is room', async () => {
    const disk = smallDisk('1200k');
    writeFileSync(join(disk.folder, 'thesis.txt'), 'mine');
    const { session } = await sessionIn(disk.folder);
    await session.start(config);
    const { state, problem, progress } = await session.settled();
    expect([state, problem?.code]).toEqual(['paused', 'checkpoint-not-written']);
    expect(problem!.message).toMatch(/no space left on the disk\. Nothing is lost.*Make room/);
    // Without room it stays paused instead of risking more steps.
    await session.resume();
    expect(await session.settled()).toMatchObject({
      state: 'paused',
      progress: { step: progress!.step },
      problem: { code: 'checkpoint-not-written' },
    });
    // The half-written checkpoint is gone; the earlier ones can be used.
    expect(
      readdirSync(join(disk.folder, 'run-1')).filter(
        (name) => !/^step-|^(history|snapshots)\.bin$|^run\.json$|^\.lock$/.test(name),
      ),
    ).toEqual([]);
    expect((await (await openStore(disk.folder)).readNewest('run-1')).passedOver).toEqual([]);

    disk.remount('size=20m');
    await finishesAsIfNothingHappened(session, disk.folder);
    expect(readFileSync(join(disk.folder, 'thesis.txt'), 'utf8')).toBe('mine');
  });

  test('that is full from the start is reported, and nothing is started', async () => {
    const disk = smallDisk('20k');
    writeFileSync(join(disk.folder, 'thesis.txt'), Buffer.alloc(20_480));
    const { session } = await sessionIn(disk.folder);
    await expect(session.start(config)).rejects.toThrow(/no space left on the disk\. Make room/);
    expect(session.events.view).toMatchObject({ state: 'idle', run: null });
  });

  test('that becomes read-only pauses the run, which continues once it is writable', async () => {
    const disk = smallDisk('20m');
    const { session } = await sessionIn(disk.folder);
    await session.start(config);
    await untilStep(session, 12);
    await vi.waitFor(() => disk.remount('ro'), { timeout: 30_000 });
    const { state, problem } = await session.settled();
    expect([state, problem?.code]).toEqual(['paused', 'checkpoint-not-written']);
    expect(problem!.message).toMatch(/the disk is read-only\. Nothing is lost.*Make the disk writable/);
    await expect(openStore(disk.folder)).rejects.toThrow('cannot be used: the disk is read-only. Choose another');
    disk.remount('rw');
    await finishesAsIfNothingHappened(session, disk.folder);
  });

  test('that is removed pauses the run, nothing is written to its mount point, and another folder takes the run over', async () => {
    const disk = smallDisk('20m');
    const { session } = await sessionIn(disk.folder);
    await session.start(config);
    await untilStep(session, 12);
    disk.detach();
    const { state, problem } = await session.settled();
    expect([state, problem?.code]).toEqual(['paused', 'checkpoint-not-written']);
    expect(problem!.message).toMatch(/no such file or folder\. Nothing is lost.*Bring back the folder/);
    expect(readdirSync(disk.folder)).toEqual([]);
    const testAccuracy = session.events.view.history.testCorrect.at(-1)! / session.events.view.testTotal;
    expect(await session.events.runs()).toMatchObject([{ run: 'run-1', unsaved: true, testAccuracy }]);
    const elsewhere = await temporaryFolder();
    await session.useFolder(await openStore(elsewhere));
    await finishesAsIfNothingHappened(session, elsewhere);
  });

  test('that is full and chosen again once there is room saves the run where it was', async () => {
    const disk = smallDisk('1200k');
    const { session } = await sessionIn(disk.folder);
    await session.start(config);
    expect(await session.settled()).toMatchObject({ state: 'paused', problem: { code: 'checkpoint-not-written' } });
    disk.remount('size=20m');
    await session.useFolder(await openStore(disk.folder));
    expect(session.events.view).toMatchObject({ run: 'run-1', problem: null });
    expect((await session.store!.runs()).map(({ run }) => run)).toEqual(['run-1']);
    await finishesAsIfNothingHappened(session, disk.folder);
  });

  test('that is full leaves the run its name, note and past when another folder takes it over', async () => {
    const { session } = await sessionIn(smallDisk('1200k').folder);
    await session.start(config, undefined, 3);
    await session.settled();
    await setRunDetails(session.store!, { run: 'run-1', name: 'The long one', note: 'on the small disk' });
    await session.resume();
    expect(await session.settled()).toMatchObject({ problem: { code: 'checkpoint-not-written' } });
    const elsewhere = await temporaryFolder();
    await session.useFolder(await openStore(elsewhere));
    const [moved] = await (await openStore(elsewhere)).runs();
    expect(moved).toMatchObject({ run: 'run-1', name: 'The long one', note: 'on the small disk' });
    expect(session.store!.snapshotBytes('run-1')).toBeGreaterThan(0);
    session.dispose();
  });

  test('that has no room for the drawings of a lesson keeps its run in memory until there is room', async () => {
    const [disk, other] = [smallDisk('20m'), smallDisk('200k')];
    const { session } = await sessionIn(disk.folder, await largeLesson());
    await session.start({ ...config, epochs: 2 }, undefined, 12);
    await session.settled();
    renameSync(join(disk.folder, 'run-1'), join(disk.folder, 'gone'));
    await rm(join(disk.folder, 'gone'), { recursive: true });
    disk.remount('size=200k');
    await session.resume();
    expect(await session.settled()).toMatchObject({ state: 'paused', problem: { code: 'checkpoint-not-written' } });
    await expect(session.resume()).rejects.toMatchObject({ code: 'folder-unusable' });
    await expect(session.useFolder(await openStore(other.folder))).rejects.toMatchObject({ code: 'folder-unusable' });
    other.remount('size=20m');
    await session.useFolder(await openStore(other.folder));
    await session.resume();
    expect(await session.settled()).toMatchObject({ state: 'finished', problem: null });
    expect((await session.store!.readLesson('run-1')).drawings.count).toBe(640);
    session.dispose();
  });
});

test('a lesson whose folder was emptied while it rests gets its drawings again', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder, await largeLesson());
  await session.start({ ...config, epochs: 2 }, undefined, 12);
  await session.settled();
  for (const name of readdirSync(join(folder, 'run-1'))) await rm(join(folder, 'run-1', name), { recursive: true });
  await session.resume();
  expect(await session.settled()).toMatchObject({ state: 'finished', problem: null });
  expect((await session.store!.readLesson('run-1')).drawings.count).toBe(640);
  session.dispose();
});

test('a deleted run folder pauses the run; choosing the folder again continues it', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  const elsewhere = await temporaryFolder();
  await session.start(config);
  await untilStep(session, 12);
  // Moved away at once: if its files were removed one by one, new ones would be written meanwhile.
  renameSync(join(folder, 'run-1'), join(elsewhere, 'gone'));
  const { state, problem } = await session.settled();
  expect([state, problem?.code]).toEqual(['paused', 'checkpoint-not-written']);
  await session.useFolder(await openStore(folder));
  await finishesAsIfNothingHappened(session, folder);
});

test('a checkpoint folder that comes back empty gets the run again on resume, and nothing is lost', async () => {
  const folder = join(await temporaryFolder(), 'checkpoints');
  await mkdir(folder);
  const { session } = await sessionIn(folder);
  await session.start(config);
  await untilStep(session, 12);
  renameSync(folder, `${folder}-gone`);
  expect(await session.settled()).toMatchObject({ state: 'paused', problem: { code: 'checkpoint-not-written' } });
  // The folder is still gone, so the run stays in memory.
  await session.resume();
  expect(await session.settled()).toMatchObject({ state: 'paused', problem: { code: 'checkpoint-not-written' } });
  await mkdir(folder);
  await finishesAsIfNothingHappened(session, folder);
});

test('a saved run whose folder is emptied while it rests can continue too', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config, undefined, 12);
  expect(await session.settled()).toMatchObject({ state: 'paused', problem: null });
  await rm(join(folder, 'run-1'), { recursive: true });
  await finishesAsIfNothingHappened(session, folder);
});

test('if another run took the name meanwhile, the run continues under another name', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  const { session } = await sessionIn(folder);
  await session.start(config, undefined, 12);
  await session.settled();
  const { session: other } = await sessionIn(elsewhere);
  await other.start({ ...config, epochs: 1, seed: 2 });
  await other.settled();
  other.dispose();
  await rm(join(folder, 'run-1'), { recursive: true });
  await rename(join(elsewhere, 'run-1'), join(folder, 'run-1'));
  await session.resume();
  const { run } = await session.settled();
  expect(run).not.toBe('run-1');
  expect((await (await openStore(folder)).readNewest('run-1')).checkpoint.state.config.seed).toBe(2);
  session.dispose();
});

test('an unsaved run can be discarded, and another one started', async () => {
  const folder = join(await temporaryFolder(), 'checkpoints');
  await mkdir(folder);
  const { session } = await sessionIn(folder);
  await session.start(config);
  await untilStep(session, 12);
  await expect(session.discard()).rejects.toThrow('Only a run that could not be saved can be discarded.');
  renameSync(folder, `${folder}-gone`);
  await session.settled();
  await expect(session.end()).rejects.toThrow('run-1 was not closed because it is not saved.');
  await session.discard();
  expect(session.events.view).toMatchObject({ state: 'idle', run: null, problem: null });
  await mkdir(folder);
  await session.start({ ...config, epochs: 1 });
  expect(await session.settled()).toMatchObject({ state: 'finished', problem: null });
  session.dispose();
});

test('our files may be open in another process', async () => {
  const folder = await temporaryFolder();
  const { session } = await sessionIn(folder);
  await session.start(config, undefined, 12);
  await session.settled();
  const run = join(folder, 'run-1');
  const open = readdirSync(run)
    .filter((name) => name.startsWith('step-'))
    .flatMap((name) => [openSync(join(run, name), 'r'), openSync(join(run, name, 'state.json'), 'r+')]);
  onTestFinished(() => open.forEach((descriptor) => closeSync(descriptor)));
  await finishesAsIfNothingHappened(session, folder);
});

test.each([
  ['with spaces and letters from many alphabets', ['My runs', 'Prüfung – números', 'цифры 数字 ١٢٣ 🖋']],
  ['of a very long path', Array.from({ length: 15 }, (_, i) => `${i}-`.padEnd(250, 'long '))],
])('a folder %s is usable', async (_, names) => {
  const folder = join(await temporaryFolder(), ...names);
  await mkdir(folder, { recursive: true });
  const { session } = await sessionIn(folder);
  await session.start({ ...config, epochs: 1 }, 'Übung 1');
  expect(await session.settled()).toMatchObject({ state: 'finished', problem: null });
  session.dispose();
  const { session: again } = await sessionIn(folder);
  expect(again.events.view).toMatchObject({ state: 'finished', run: 'Übung 1' });
  again.dispose();
});

test('a path that is too long for the system is refused with a reason', async () => {
  const folder = await temporaryFolder();
  await expect(openStore(join(folder, ...Array.from({ length: 20 }, () => 'x'.repeat(250))))).rejects.toThrow(
    'cannot be used: the path is too long. Choose another folder.',
  );
});

test.skipIf(process.getuid?.() !== 0)('a folder without write permission is refused with a reason', async () => {
  const folder = await temporaryFolder();
  chmodSync(folder, 0o555);
  const { session } = await sessionIn(folder);
  // As an ordinary user, who can only read it.
  process.seteuid!(65_534);
  try {
    await expect(session.start(config)).rejects.toThrow(
      /run-1 could not be created: permission denied\. Make the folder writable, or choose/,
    );
  } finally {
    process.seteuid!(0);
  }
  expect(await readdir(folder)).toEqual([]);
});
