import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { electronSwitches } from '../../setup/launch.mjs';
import { electronExecutable } from '../../setup/parts/electron.mjs';
import { hangEngine, newestCheckpoint, readLog, startRun } from './crashes';
import { ROOT, type Studio, expect, test } from './studio';

test('the application is killed while it trains and in every phase of its start, or hangs: little is lost', async ({
  open,
  folder,
  profile,
}) => {
  let studio = await open();
  await startRun(studio, folder);
  // A setting that only the settings file contains: the run has a different number of epochs.
  await studio.set('epochs', 7);
  // As by the system, and as by a crash when TensorFlow runs out of memory.
  for (const signal of ['SIGKILL', 'SIGILL'] as const) {
    const reached = await studio.step();
    const ended = once(studio.process, 'exit');
    studio.process.kill(signal);
    expect((await ended)[1]).toBe(signal);

    studio = await open();
    await expect(studio.runState).toHaveText('paused');
    const step = await studio.step();
    expect(step).toBe(await newestCheckpoint(folder));
    // There is a checkpoint every ten steps. At least the second-to-last one is on disk.
    expect(step).toBeGreaterThanOrEqual(reached - 20);
    await studio.page.getByTestId('resume').click();
    await expect.poll(() => studio.step()).toBeGreaterThan(step + 20);
  }
  await test.step('a hanging engine: after ten seconds of closing, the application asks whether to wait', () =>
    hangs(studio));

  const settings = await readFile(join(profile, 'settings.json'), 'utf8');
  const starts = async () => (await readLog(profile)).split('Started: ').slice(1);
  /** The phases of a start, in order, and whether each is reached. */
  const phases = {
    'it is spawned': () => true,
    'it holds the profile': (pid: number) =>
      readlink(join(profile, 'SingletonLock')).then(
        (holder) => holder.endsWith(`-${pid}`),
        () => false,
      ),
    'the log is begun': async (_pid: number, before: number) => (await starts()).length > before,
    'TensorFlow is loaded': async (_pid: number, before: number) => (await starts())[before]?.includes('Device: '),
    'the run is open': async (_pid: number, before: number) => (await starts())[before]?.includes('run-1: paused'),
  };
  for (const [phase, isReached] of Object.entries(phases)) {
    const before = (await starts()).length;
    const child = spawn(electronExecutable(), [ROOT, ...electronSwitches(), `--user-data-dir=${profile}`]);
    const ended = once(child, 'exit');
    await expect.poll(() => isReached(child.pid!, before), { message: phase, intervals: [20] }).toBe(true);
    child.kill('SIGKILL');
    expect((await ended)[1], phase).toBe('SIGKILL');
    expect(await readFile(join(profile, 'settings.json'), 'utf8'), phase).toBe(settings);
  }

  const again = await open();
  await expect(again.runState).toHaveText('paused');
  expect(await again.step()).toBe(await newestCheckpoint(folder));
  await expect(again.page.getByTestId('folder-path')).toContainText(folder);
  for (const banner of ['error-banner', 'notice-banner']) await expect(again.page.getByTestId(banner)).toHaveCount(0);
  await again.openNewRun();
  await expect(again.page.getByTestId('setting-epochs')).toHaveValue('7');
});

async function hangs(studio: Studio): Promise<void> {
  const { app } = studio;
  await hangEngine(studio);
  await app.evaluate(({ BrowserWindow, dialog }) => {
    const questions: { message: string; press: (button: string) => void }[] = [];
    dialog.showMessageBox = (...words: unknown[]) =>
      new Promise((resolve) => {
        const { message, buttons } = words.at(-1) as Electron.MessageBoxOptions;
        const press = (button: string) => resolve({ response: buttons!.indexOf(button), checkboxChecked: false });
        questions.push({ message, press });
      });
    Object.assign(globalThis, { questions });
    setTimeout(() => BrowserWindow.getAllWindows()[0]!.close());
  });
  interface Globals {
    questions: { message: string; press: (button: string) => void }[];
  }
  const asked = () => app.evaluate(() => (globalThis as unknown as Globals).questions.map(({ message }) => message));
  const press = (words: string) =>
    app.evaluate((_electron, button) => (globalThis as unknown as Globals).questions.at(-1)!.press(button), words);
  const question = 'The training engine is not responding';
  await expect.poll(asked).toEqual([question]);
  await press('Wait');
  await expect.poll(asked).toEqual([question, question]);
  const ended = once(studio.process, 'exit');
  // The process ends before it answers.
  await press('Quit now').catch(() => null);
  expect((await ended)[1]).toBe('SIGKILL');
}
