import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Bridge, Reply } from '../../src-preload/contract';
import type { RequestName } from '../../src-preload/requests';
import { electronSwitches } from '../../setup/launch.mjs';
import { electronExecutable } from '../../setup/parts/electron.mjs';
import { ROOT, type Studio, expect, test } from './studio';

const readLog = (profile: string) => readFile(join(profile, 'logs', 'main.log'), 'utf8').catch(() => '');

async function startRun(studio: Studio, folder: string): Promise<void> {
  await studio.chooseFolder(folder);
  await studio.start();
  await expect(studio.page.getByTestId('log')).toContainText('[3200/60000');
}

/** What the page gets when it sends this request. */
const ask = ({ page }: Studio, request: RequestName) =>
  page.evaluate(async (name) => {
    const { studio } = globalThis as unknown as { studio: Bridge };
    return JSON.parse(await studio.request(name, undefined)) as Reply<unknown>;
  }, request);

async function newestCheckpoint(folder: string): Promise<number> {
  const names = (await readdir(join(folder, 'run-1'))).filter((name) => name.startsWith('step-'));
  return Number(names.sort().at(-1)!.slice('step-'.length));
}

/** Each question of the application is answered with the next of these buttons. @returns what it asked so far */
async function answerQuestions({ app }: Studio, ...buttons: string[]): Promise<() => Promise<string[]>> {
  await app.evaluate(({ dialog }, answers) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (...words: unknown[]) => {
      const { message, buttons } = words.at(-1) as Electron.MessageBoxOptions;
      asked.push(message);
      return Promise.resolve({ response: buttons!.indexOf(answers.shift()!), checkboxChecked: false });
    };
  }, buttons);
  return () => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}

/**
 * Ends the thread at the next request to it, which it never answers.
 * @param how ends it from outside, by an error that nobody catches, or with more values than it can hold
 * @param always ends the next ones too
 */
async function endAtNextRequest({ app }: Studio, how: 'ended' | 'error' | 'memory', always = false): Promise<void> {
  await app.evaluate(
    (_electron, [way, again]) => {
      const { prototype } = process.getBuiltinModule('node:worker_threads').Worker;
      const send = Object.getOwnPropertyDescriptor(prototype, 'postMessage')!.value as Worker['postMessage'];
      prototype.postMessage = function (this: Worker, message: unknown) {
        if (!again) prototype.postMessage = send;
        const text = '-'.repeat(1_000_000);
        if (way === 'ended') void this.terminate();
        else if (way === 'error') send.call(this, { name: 'none such' });
        else send.call(this, { name: 'recognize', argument: Array.from({ length: 1200 }, () => text) });
        send.call(this, message);
      };
    },
    [how, always] as const,
  );
}

test.describe('the window’s process', () => {
  /** Kills it as the system does when memory is short. */
  async function kill({ app }: Studio): Promise<void> {
    process.kill(await processOf(app), 'SIGKILL');
  }

  /** Kills it, and waits until there is another. */
  async function replace(studio: Studio): Promise<void> {
    const killed = await processOf(studio.app);
    await kill(studio);
    // 0 while there is none.
    await expect.poll(() => processOf(studio.app)).not.toBe(killed);
    await expect.poll(() => processOf(studio.app)).not.toBe(0);
    await expect.poll(() => textOf(studio, 'run-state')).toBe('running');
  }

  const processOf = (app: Studio['app']) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId());

  /** Asked of the application: the test's driver does not go on with a page that has crashed. */
  function inPage({ app }: Studio, script: string): Promise<string | null> {
    return app.evaluate(
      ({ BrowserWindow }, words) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(words) as Promise<string | null>,
      script,
    );
  }
  const textOf = (studio: Studio, testid: string) =>
    inPage(studio, `document.querySelector('[data-testid=${testid}]')?.textContent`);

  test('is killed: the window is loaded anew, with the run going on, its chart and its log', async ({
    open,
    folder,
    profile,
  }) => {
    const studio = await open();
    await startRun(studio, folder);
    await studio.draw([
      [
        [0.5, 0.2],
        [0.5, 0.8],
      ],
    ]);
    await studio.page.getByTestId('pin-drawing').click();
    await expect(studio.page.getByTestId('unpin-drawing')).toBeVisible();
    const step = await studio.step();
    await replace(studio);
    expect(await textOf(studio, 'log')).toContain('Train Epoch: 1 [0/60000 (0%)]');
    await expect.poll(() => studio.step()).toBeGreaterThan(step + 50);
    await inPage(studio, `document.querySelector('[data-testid=pause]').click()`);
    await expect.poll(() => textOf(studio, 'run-state')).toBe('paused');
    // The chart's points, as the table counts them: those of before and those of since.
    await inPage(studio, `document.querySelector('[data-testid=show-table]').click()`);
    const { trainCounter, testCounter } = (await studio.run()).history;
    const points = trainCounter.length + testCounter.length;
    expect(points).toBeGreaterThan(10);
    await expect
      .poll(() => inPage(studio, `document.querySelector('main').textContent`))
      .toContain(` of ${points} rows`);
    expect(await textOf(studio, 'folder-path')).toContain(folder);
    expect(await textOf(studio, 'unpin-drawing')).toBe('Unpin');

    expect(await studio.quit()).toBe(0);
    const log = await readLog(profile);
    expect(log).toMatch(/\[error\] The window's process ended: killed/);
    expect(log.match(/run-1: running/g)).toHaveLength(1);
    expect(log).toMatch(/run-1: paused at step \d+ of 2814/);
  });

  test('is killed again and again: it is asked whether to go on, and quitting saves the run', async ({
    open,
    folder,
  }) => {
    const studio = await open();
    await startRun(studio, folder);
    const asked = await answerQuestions(studio, 'Quit');
    const ended = once(studio.process, 'exit');
    for (let i = 0; i < 3; i++) await replace(studio);
    expect(await asked()).toEqual([]);
    await kill(studio);
    expect((await ended)[0]).toBe(0);

    const again = await open();
    await expect(again.runState).toHaveText('paused');
    expect(await again.step()).toBe(await newestCheckpoint(folder));
  });
});

test.describe('the engine’s thread', () => {
  for (const [how, reason] of [
    ['ended', 'exit code 1'],
    ['error', "Cannot read properties of undefined (reading 'bind')"],
    ['memory', 'it ran out of memory'],
  ] as const) {
    test(`dies (${how}): what waits is answered, the run has failed, and Resume goes on from its checkpoint`, async ({
      open,
      folder,
      profile,
    }) => {
      const studio = await open();
      const { page } = studio;
      await startRun(studio, folder);
      await endAtNextRequest(studio, how);
      expect(await ask(studio, 'newSamples')).toMatchObject({ ok: false, code: 'engine-died' });

      const banner = page.getByTestId('error-banner');
      await expect(banner).toContainText(`The training engine stopped unexpectedly (${reason}) and was started again.`);
      await expect(studio.runState).toHaveText('failed');
      const step = await studio.step();
      expect(step).toBe(await newestCheckpoint(folder));
      expect(step).toBeGreaterThanOrEqual(50);
      await expect(banner).toContainText(`The newest checkpoint of run-1 is that of step ${step}.`);

      await banner.getByRole('button', { name: 'Resume' }).click();
      await expect(studio.runState).toHaveText('running');
      await expect(banner).toHaveCount(0);
      await expect.poll(() => studio.step()).toBeGreaterThan(step + 50);
      await studio.draw([
        [
          [0.5, 0.2],
          [0.5, 0.8],
        ],
      ]);
      await expect(page.getByTestId('model')).toContainText('run-1');
      expect(await studio.quit()).toBe(0);
      expect(await readLog(profile)).toContain(`[error] The engine's thread ended: ${reason}`);
    });
  }

  test('dies while nothing is trained: it is said, and everything is there again', async ({ open }) => {
    const studio = await open();
    await endAtNextRequest(studio, 'ended');
    await studio.page.getByTestId('new-samples').click();
    await expect(studio.page.getByTestId('error-banner')).toContainText('was started again');
    await expect(studio.runState).toHaveText('idle');
    await studio.page.getByTestId('new-samples').click();
    await expect(studio.page.getByTestId('error-banner')).toContainText('was started again');
    await studio.draw([
      [
        [0.3, 0.2],
        [0.7, 0.2],
        [0.45, 0.8],
      ],
    ]);
    await expect(studio.page.getByTestId('prediction')).toHaveText('7');
  });

  test('dies as the window loads anew: the window is ready all the same, and tells it once', async ({ open }) => {
    const studio = await open();
    const { page } = studio;
    await endAtNextRequest(studio, 'ended');
    await page.reload();
    await expect(page.getByTestId('error-banner')).toContainText('was started again');
    await expect(page.getByTestId('choose-folder')).toBeEnabled();
    await page.reload();
    await expect(page.getByTestId('choose-folder')).toBeEnabled();
    await expect(page.getByTestId('error-banner')).toHaveCount(0);
  });

  test('cannot be started again: it is said, a restart is offered, and the window closes', async ({ open, folder }) => {
    const studio = await open();
    const { page } = studio;
    await startRun(studio, folder);
    const asked = await answerQuestions(studio, 'Not now');
    await endAtNextRequest(studio, 'ended', true);
    expect(await ask(studio, 'newSamples')).toMatchObject({ ok: false, code: 'engine-died' });
    await expect.poll(asked).toEqual(['The training engine stopped and could not be started again']);
    await expect(page.getByTestId('error-banner')).toContainText(/could not be started again.*quit Digit Studio/);
    await expect(studio.runState).toHaveText('failed');
    await expect(page.getByTestId('resume')).toBeDisabled();
    expect(await ask(studio, 'getStudio')).toMatchObject({ ok: false, code: 'engine-died' });
    expect(await studio.quit()).toBe(0);

    const again = await open();
    await expect(again.runState).toHaveText('paused');
    expect(await again.step()).toBe(await newestCheckpoint(folder));
  });
});

test('“Restart Digit Studio” starts another one, which finds the run', async ({ open, folder, profile }) => {
  const studio = await open();
  await startRun(studio, folder);
  await answerQuestions(studio, 'Restart Digit Studio');
  await studio.app.evaluate(({ app }) => {
    const relaunch = app.relaunch.bind(app);
    // Without what the driver added, for which the other one would wait.
    app.relaunch = () => relaunch({ args: process.argv.slice(1) });
  });
  const ended = once(studio.process, 'exit');
  await endAtNextRequest(studio, 'ended', true);
  // It ends before it can answer.
  await ask(studio, 'newSamples').catch(() => null);
  expect((await ended)[0]).toBe(0);

  const { pid } = studio.process;
  const holder = async () => Number((await readlink(join(profile, 'SingletonLock'))).split('-').at(-1));
  await expect.poll(() => holder().catch(() => pid)).not.toBe(pid);
  try {
    await expect.poll(async () => (await readLog(profile)).split('Started: ')[2]).toMatch(/run-1: paused at step \d+/);
  } finally {
    process.kill(await holder(), 'SIGKILL');
  }
});

test('an error that nobody caught is told and logged, and training goes on', async ({ open, folder, profile }) => {
  const studio = await open();
  await startRun(studio, folder);
  await studio.app.evaluate(() => {
    setTimeout(() => {
      throw new Error('the moon fell down');
    });
    void Promise.reject(new Error('and the sun'));
  });
  await expect(studio.page.getByTestId('error-banner')).toContainText('wrong in Digit Studio: the moon fell down.');
  const step = await studio.step();
  await expect.poll(() => studio.step()).toBeGreaterThan(step);
  await expect(studio.runState).toHaveText('running');
  const log = await readLog(profile);
  for (const words of ['the moon fell down', 'and the sun'])
    expect(log).toContain(`[error] Uncaught: Error: ${words}\n`);
});

test('the application is killed while it trains: nothing is lost but the steps since the last checkpoint', async ({
  open,
  folder,
}) => {
  let studio = await open();
  await startRun(studio, folder);
  // By the system, and by itself, as where TensorFlow finds no memory.
  for (const signal of ['SIGKILL', 'SIGILL'] as const) {
    const reached = await studio.step();
    const ended = once(studio.process, 'exit');
    studio.process.kill(signal);
    expect((await ended)[1]).toBe(signal);

    studio = await open();
    await expect(studio.runState).toHaveText('paused');
    const step = await studio.step();
    expect(step).toBe(await newestCheckpoint(folder));
    // One is made every ten steps, and the one before is on the disk by then.
    expect(step).toBeGreaterThanOrEqual(reached - 20);
    await studio.page.getByTestId('resume').click();
    await expect.poll(() => studio.step()).toBeGreaterThan(step + 20);
  }
});

test('the application is killed in every phase of its start: the next one finds settings and run as they were', async ({
  open,
  folder,
  profile,
}) => {
  const studio = await open();
  await studio.set('epochs', 7);
  await startRun(studio, folder);
  await studio.page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
  const step = await studio.step();
  expect(await studio.quit()).toBe(0);
  const settings = await readFile(join(profile, 'settings.json'), 'utf8');

  const starts = async () => (await readLog(profile)).split('Started: ').slice(1);
  /** How far a start has come, in its order. */
  const phases = {
    'it is spawned': () => true,
    'its process is there': (pid: number) => existsSync(`/proc/${pid}`),
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
  expect(await again.step()).toBe(step);
  await expect(again.page.getByTestId('folder-path')).toContainText(folder);
  for (const banner of ['error-banner', 'notice-banner']) await expect(again.page.getByTestId(banner)).toHaveCount(0);
  await again.openNewRun();
  await expect(again.page.getByTestId('setting-epochs')).toHaveValue('7');
});

/** Has the engine's thread do nothing any more but count, which a debugger can. */
async function hang({ app }: Studio): Promise<void> {
  await app.evaluate(async () => {
    const { Session } = process.getBuiltinModule('node:inspector');
    const session = new Session();
    session.connect();
    await new Promise<void>((resolve) => {
      session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
        const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'for (;;);' } });
        session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => resolve());
      });
      session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    });
  });
}

test('the engine hangs: after ten seconds of closing it is asked whether to wait, and the run is kept', async ({
  open,
  folder,
}) => {
  const studio = await open();
  const { app } = studio;
  await startRun(studio, folder);
  await hang(studio);
  await app.evaluate(({ BrowserWindow, dialog }) => {
    const { setTimeout } = globalThis;
    const questions: { message: string; press: (button: string) => void }[] = [];
    dialog.showMessageBox = (...words: unknown[]) =>
      new Promise((resolve) => {
        const { message, buttons } = words.at(-1) as Electron.MessageBoxOptions;
        const press = (button: string) => resolve({ response: buttons!.indexOf(button), checkboxChecked: false });
        questions.push({ message, press });
      });
    // The limit of ten seconds is shortened, and nothing else.
    const shortened = (action: () => void, delay?: number) => setTimeout(action, delay === 10_000 ? 50 : delay);
    Object.assign(globalThis, { questions, setTimeout: shortened });
    setTimeout(() => BrowserWindow.getAllWindows()[0]!.close());
  });
  interface Globals {
    questions: { message: string; press: (button: string) => void }[];
  }
  const asked = () => app.evaluate(() => (globalThis as unknown as Globals).questions.map(({ message }) => message));
  const press = (words: string) =>
    app.evaluate((_electron, button) => (globalThis as unknown as Globals).questions.at(-1)!.press(button), words);
  const question = 'The training engine does not answer';
  await expect.poll(asked).toEqual([question]);
  await press('Wait');
  await expect.poll(asked).toEqual([question, question]);
  const ended = once(studio.process, 'exit');
  // The process ends before it can answer.
  await press('Quit at once').catch(() => null);
  expect((await ended)[1]).toBe('SIGKILL');

  const again = await open();
  await expect(again.runState).toHaveText('paused');
  expect(await again.step()).toBe(await newestCheckpoint(folder));
});
