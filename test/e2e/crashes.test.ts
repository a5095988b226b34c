import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bridge, Reply } from '../../src-preload/contract';
import type { RequestName } from '../../src-preload/requests';
import { endAtNextRequest, hangEngine, newestCheckpoint, readLog, refuseDevices, startRun } from './crashes';
import { makeRun } from './make-run';
import { type Studio, expect, test } from './studio';

/** Returns the reply to this request from the page. */
const ask = ({ page }: Studio, request: RequestName) =>
  page.evaluate(async (name) => {
    const { studio } = globalThis as unknown as { studio: Bridge };
    return JSON.parse(await studio.request(name, undefined)) as Reply<unknown>;
  }, request);

/** Answers each question of the application with the next of these buttons. @returns the questions so far */
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

test.describe('the window’s process', () => {
  /** Kills it as the system does when memory runs out. */
  async function kill({ app }: Studio): Promise<void> {
    process.kill(await processOf(app), 'SIGKILL');
  }

  /** Kills it, and waits until it is replaced or the application asks. @returns whether it was replaced */
  async function replace(studio: Studio, asked: () => Promise<string[]>): Promise<boolean> {
    const killed = await processOf(studio.app);
    await kill(studio);
    // 0 while there is none.
    const isReplaced = async () => ![killed, 0].includes(await processOf(studio.app));
    await expect.poll(async () => (await isReplaced()) || (await asked()).length > 0).toBe(true);
    if (!(await isReplaced())) return false;
    await expect.poll(() => textOf(studio, 'run-state')).toBe('running');
    return true;
  }

  const processOf = (app: Studio['app']) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId());

  /** Goes through the main process, since Playwright's page cannot be used after a crash. */
  function inPage({ app }: Studio, script: string): Promise<string | null> {
    return app.evaluate(
      ({ BrowserWindow }, words) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(words) as Promise<string | null>,
      script,
    );
  }
  const textOf = (studio: Studio, testid: string) =>
    inPage(studio, `document.querySelector('[data-testid=${testid}]')?.textContent`);

  test('is killed: the window reloads with its run, and asks whether to continue when killed repeatedly', async ({
    open,
    folder,
    profile,
  }) => {
    const studio = await open();
    await startRun(studio, folder);

    await test.step('an uncaught error is shown and logged, and training continues', async () => {
      await studio.app.evaluate(() => {
        setTimeout(() => {
          throw new Error('the moon fell down');
        });
        void Promise.reject(new Error('and the sun'));
      });
      await expect(studio.page.getByTestId('error-banner')).toContainText(
        'occurred in Digit Studio: the moon fell down.',
      );
      const reached = await studio.step();
      await expect.poll(() => studio.step()).toBeGreaterThan(reached);
      await expect(studio.runState).toHaveText('running');
      const log = await readLog(profile);
      for (const words of ['the moon fell down', 'and the sun'])
        expect(log).toContain(`[error] Uncaught: Error: ${words}\n`);
    });

    await studio.draw([
      [
        [0.5, 0.2],
        [0.5, 0.8],
      ],
    ]);
    await studio.page.getByTestId('pin-drawing').click();
    await expect(studio.page.getByTestId('unpin-drawing')).toBeVisible();
    const step = await studio.step();
    const never = () => Promise.resolve([]);
    expect(await replace(studio, never)).toBe(true);
    await test.step('the window shows the running run, its chart and its log', async () => {
      expect(await textOf(studio, 'log')).toContain('Train Epoch: 1 [0/60000 (0%)]');
      await expect.poll(() => studio.step()).toBeGreaterThan(step + 50);
      await inPage(studio, `document.querySelector('[data-testid=pause]').click()`);
      await expect.poll(() => textOf(studio, 'run-state')).toBe('paused');
      // The table has all points of the chart: those from before the crash and those since.
      await inPage(studio, `document.querySelector('[data-testid=show-table]').click()`);
      const { trainCounter, testCounter } = (await studio.run()).history;
      const points = trainCounter.length + testCounter.length;
      expect(points).toBeGreaterThan(10);
      await expect
        .poll(() => inPage(studio, `document.querySelector('main').textContent`))
        .toContain(` of ${points} rows`);
      expect(await textOf(studio, 'folder-path')).toContain(folder);
      expect(await textOf(studio, 'unpin-drawing')).toBe('Unpin');
      const log = await readLog(profile);
      expect(log).toMatch(/\[error\] The window's process ended: killed/);
      expect(log.match(/run-1: running/g)).toHaveLength(1);
      expect(log).toMatch(/run-1: paused at step \d+ of 93800/);
      await inPage(studio, `document.querySelector('[data-testid=resume]').click()`);
      await expect.poll(() => textOf(studio, 'run-state')).toBe('running');
    });

    await test.step('killed repeatedly, it asks whether to continue, and quitting saves the run', async () => {
      const asked = await answerQuestions(studio, 'Quit');
      const ended = once(studio.process, 'exit');
      let kills = 1;
      const askedOrEnded = () => asked().catch(() => ['ended']);
      while (await replace(studio, askedOrEnded).catch(() => false)) kills++;
      expect((await ended)[0]).toBe(0);
      // Three a minute are replaced without a question. The first kill may be more than a minute ago.
      expect([3, 4]).toContain(kills);
    });

    const again = await open();
    await expect(again.runState).toHaveText('paused');
    expect(await again.step()).toBe(await newestCheckpoint(folder));
  });
});

test.describe('the engine’s thread', () => {
  /** Crashes the engine's thread while it trains, and resumes the run. */
  async function diesWhileTraining(studio: Studio, folder: string, profile: string, how: 'error' | 'memory') {
    const reason = how === 'memory' ? 'it ran out of memory' : "Cannot read properties of undefined (reading 'bind')";
    const { page } = studio;
    await endAtNextRequest(studio, how);
    expect(await ask(studio, 'newSamples')).toMatchObject({ ok: false, code: 'engine-died' });

    const banner = page.getByTestId('error-banner');
    await expect(banner).toContainText(`The training engine stopped unexpectedly (${reason}) and was started again.`);
    await expect(studio.runState).toHaveText('failed');
    const step = await studio.step();
    expect(step).toBe(await newestCheckpoint(folder));
    expect(step).toBeGreaterThanOrEqual(50);
    await expect(banner).toContainText(`The newest checkpoint of run-1 is at step ${step.toLocaleString('en')}.`);

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
    await expect(page.getByTestId('model')).toContainText(/^Step [\d,]+/);
    expect(await readLog(profile)).toContain(`[error] The engine's thread ended: ${reason}`);
  }

  test('dies: pending requests are answered, the run fails, and Resume continues from its checkpoint', async ({
    open,
    folder,
    profile,
  }) => {
    const studio = await open();
    const { page } = studio;
    const banner = page.getByTestId('error-banner');

    await test.step('while nothing is trained: a message says so, and everything is shown again', async () => {
      await endAtNextRequest(studio, 'ended');
      await page.getByTestId('new-samples').click();
      await expect(banner).toContainText('(exit code 1) and was started again');
      await expect(studio.runState).toHaveText('idle');
      await page.getByTestId('new-samples').click();
      await expect(banner).toContainText('was started again');
      await studio.draw([
        [
          [0.3, 0.2],
          [0.7, 0.2],
          [0.45, 0.8],
        ],
      ]);
      await expect(page.getByTestId('prediction')).toHaveText('7');
    });

    await test.step('while the window reloads: the window still becomes ready, and reports it once', async () => {
      await endAtNextRequest(studio, 'ended');
      await page.reload();
      await expect(banner).toContainText('was started again');
      await expect(page.getByTestId('choose-folder')).toBeEnabled();
      await page.reload();
      await expect(page.getByTestId('choose-folder')).toBeEnabled();
      await expect(banner).toHaveCount(0);
    });

    await startRun(studio, folder);
    await test.step('from too little memory, while it trains', () =>
      diesWhileTraining(studio, folder, profile, 'memory'));
    expect(await studio.quit()).toBe(0);
  });

  test('cannot be restarted: a message says so, and offers a restart of the application, which finds the run', async ({
    open,
    folder,
    profile,
  }) => {
    const studio = await open();
    await startRun(studio, folder);
    await test.step('an error ends it while it trains', () => diesWhileTraining(studio, folder, profile, 'error'));

    await test.step('“Not now” leaves a window that can only be closed', async () => {
      const { page } = studio;
      const asked = await answerQuestions(studio, 'Not now');
      await endAtNextRequest(studio, 'ended', true);
      expect(await ask(studio, 'newSamples')).toMatchObject({ ok: false, code: 'engine-died' });
      await expect.poll(asked).toEqual(['The training engine stopped and could not be started again']);
      await expect(page.getByTestId('error-banner')).toContainText(/could not be started again.*quit Digit Studio/);
      await expect(studio.runState).toHaveText('failed');
      await expect(page.getByTestId('resume')).toBeDisabled();
      expect(await ask(studio, 'getStudio')).toMatchObject({ ok: false, code: 'engine-died' });
      expect(await studio.quit()).toBe(0);
    });

    const again = await open();
    await expect(again.runState).toHaveText('paused');
    expect(await again.step()).toBe(await newestCheckpoint(folder));
    await test.step('“Restart Digit Studio” starts another one', async () => {
      await answerQuestions(again, 'Restart Digit Studio');
      await restarts(again, profile, async () => {
        await endAtNextRequest(again, 'ended', true);
        // The application ends before it answers.
        await ask(again, 'newSamples').catch(() => null);
      });
    });
  });
});

test('a device that needs a restart is a notice with a button for it, which restarts even if the engine hangs', async ({
  open,
  folder,
  profile,
}) => {
  const studio = await open();
  const { page } = studio;
  await makeRun(folder, 'run-1');
  await studio.chooseFolder(folder);
  await refuseDevices(studio);
  await studio.openNewRun();
  await page.getByTestId('device-choice').selectOption('wasm');
  const notice = page.getByTestId('error-banner');
  await expect(notice).toContainText('the next time Digit Studio starts');
  await expect(notice).toHaveRole('status');
  await hangEngine(studio);
  await answerQuestions(studio, 'Quit now');
  const click = () => notice.getByRole('button', { name: 'Restart Digit Studio' }).click();
  await restarts(studio, profile, click, 'SIGKILL');
});

/** @param act what makes the application start again @param status of the one that ends, or the signal that ends it */
async function restarts(
  studio: Studio,
  profile: string,
  act: () => Promise<unknown>,
  status: number | string = 0,
): Promise<void> {
  await studio.app.evaluate(({ app }) => {
    const relaunch = app.relaunch.bind(app);
    // Without Playwright's switches, with which the new application would wait for a debugger.
    app.relaunch = () => relaunch({ args: process.argv.slice(1) });
  });
  const ended = once(studio.process, 'exit');
  await act();
  expect(await ended).toContain(status);

  const { pid } = studio.process;
  const holder = async () => Number((await readlink(join(profile, 'SingletonLock'))).split('-').at(-1));
  await expect.poll(() => holder().catch(() => pid)).not.toBe(pid);
  try {
    await expect.poll(async () => (await readLog(profile)).split('Started: ')[2]).toMatch(/run-1: paused at step \d+/);
  } finally {
    process.kill(await holder(), 'SIGKILL');
  }
}
