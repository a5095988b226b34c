/** Messages about folders for runs, runs, their checkpoints, and waiting runs. */
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK, lockRun } from '../../../src-main/checkpoints/lock';
import { QUEUE_FOLDER } from '../../../src-main/checkpoints/queue-folder';
import { STATE_FILE } from '../../../src-main/checkpoints/state-file';
import { openStore } from '../../../src-main/checkpoints/store';
import { zeroWeights } from '../../../src-main/network/parameters';
import { writeMadeUpRun } from '../../made-up-run';
import { writeSmallDataset } from '../../unit/src-main/small-dataset';
import { makeRun } from '../make-run';
import type { Studio } from '../studio';
import { LONG_NAME, type Message, banner } from './message';

/** As long as a run's name can be. */
const LONG_RUN = 'Twice the usual learning rate, and only half the batch size.';

export function runMessages(folder: string): Message[] {
  const runs = join(folder, LONG_NAME);
  const row = ({ page }: Studio, run: string) => page.locator(`[data-run='${run}'] .row`);
  /** Forced, since the shown run's row is disabled. */
  const show = async (studio: Studio, run: string) => {
    await row(studio, run).click({ force: true });
    await studio.page.locator(`[data-run='${run}'] .row[aria-current]`).waitFor();
  };
  const folderRefused = (name: string, make: () => Promise<string>): Message => ({
    name: `folder-${name}`,
    reach: async (studio) => {
      await studio.answerFolderDialog(await make());
      await studio.page.getByTestId('choose-folder').click();
      await banner(studio);
    },
  });
  const clicked = (name: string, run: string, prepare?: () => Promise<void>): Message => ({
    name: `run-${name}`,
    reach: async (studio) => {
      await prepare?.();
      await row(studio, run).click();
      await banner(studio);
    },
  });
  /** Resumes a run whose lock is held. @param hold takes the lock @returns releases it */
  const held = (name: string, hold: () => Promise<() => void>): Message => ({
    name: `run-open-${name}`,
    reach: async (studio) => {
      await show(studio, 'run-1');
      const release = await hold();
      await studio.page.getByTestId('resume').click();
      await banner(studio);
      release();
    },
  });
  return [
    folderRefused('is-a-file', async () => {
      await writeFile(join(folder, `${LONG_NAME}.txt`), '');
      return join(folder, `${LONG_NAME}.txt`);
    }),
    folderRefused('gone', () => Promise.resolve(join(folder, 'gone', LONG_NAME))),
    folderRefused('of-the-system', () => Promise.resolve('/proc/self')),
    {
      name: 'waiting-runs-unreadable',
      reach: async (studio) => {
        await makeRuns(runs);
        await mkdir(join(runs, QUEUE_FOLDER));
        await writeFile(join(runs, QUEUE_FOLDER, 'queue.json'), 'damaged');
        await studio.chooseFolder(runs);
        await studio.page.getByTestId('waiting-runs').waitFor();
      },
    },
    {
      name: 'runs-with-damaged-checkpoints',
      reach: async ({ page }) => {
        await page.getByTestId('run').locator('.warning').first().waitFor();
      },
    },
    clicked('newest-checkpoint-damaged', 'damaged'),
    clicked('unreadable', 'unreadable'),
    {
      name: 'run-unreadable-when-compared',
      reach: async ({ page }) => {
        await page.getByTestId('tab-compare').click();
        await page.locator("[data-run='unreadable']").getByTestId('compare-run').click();
        await page.getByTestId('compare').locator('.problem').waitFor();
      },
    },
    {
      name: 'no-run-compared-any-more',
      reach: async ({ page }) => {
        await page.locator("[data-run='unreadable']").getByTestId('compare-run').click();
        await page.getByTestId('nothing-compared').waitFor();
      },
    },
    clicked('of-a-later-version', 'later version'),
    clicked('removed-meanwhile', 'removed', () => rm(join(runs, 'removed'), { recursive: true })),
    held('in-another-program', () => {
      const lock = lockRun(join(runs, 'run-1'));
      return Promise.resolve(() => lock.release());
    }),
    held('on-another-computer', async () => {
      const lock = lockRun(join(runs, 'run-1'));
      const file = join(runs, 'run-1', LOCK, 'holder.json');
      const holder = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      await writeFile(file, JSON.stringify({ ...holder, host: 'classroom-12' }));
      return () => lock.release();
    }),
    {
      name: 'run-failed-in-its-first-step',
      reach: async (studio) => {
        await show(studio, 'diverges');
        await studio.page.getByTestId('resume').click();
        await studio.runState.filter({ hasText: 'failed' }).waitFor();
      },
    },
    {
      name: 'more-epochs-wrong',
      reach: async (studio) => {
        await show(studio, 'finished');
        await studio.page.getByTestId('more-epochs').fill('many');
      },
    },
    clicked('of-unknown-data', 'of other data'),
    {
      name: 'run-of-unknown-data-in-another-folder',
      reach: async (studio) => {
        const others = join(folder, 'other digits');
        await writeSmallDataset(others);
        await row(studio, 'of other data').click();
        await studio.answerFolderDialog(others);
        await studio.page.getByTestId('error-banner').getByRole('button', { name: 'Choose the data folder' }).click();
        await studio.page.getByTestId('error-banner').filter({ hasText: 'different data' }).waitFor();
      },
    },
    {
      name: 'run-removed-before-it-is-renamed',
      reach: async (studio) => {
        await studio.page.locator("[data-run='gone']").getByTestId('run-menu').click();
        await studio.page.getByTestId('describe-run').click();
        await rm(join(runs, 'gone'), { recursive: true });
        await studio.page.getByTestId('run-name').fill('A new name');
        await studio.page.getByTestId('save-run-details').click();
        await banner(studio);
      },
    },
    {
      name: 'runs-folder-moved',
      reach: async (studio) => {
        await rename(runs, `${runs} moved`);
        await row(studio, 'run-1').click();
        await banner(studio);
        await rename(`${runs} moved`, runs);
      },
    },
    {
      name: 'path-copied',
      reach: async ({ page }) => {
        await page.locator("[data-run='run-1']").getByTestId('run-menu').click();
        await page.getByTestId('copy-run-path').click();
        await page.getByTestId('saved-notice').waitFor();
      },
    },
  ];
}

/** Writes runs that are damaged or special in the ways that their names say. */
async function makeRuns(folder: string): Promise<void> {
  await mkdir(folder);
  const tooLarge = zeroWeights();
  for (const values of Object.values(tooLarge)) values.fill(1e15);
  await makeRun(folder, 'damaged');
  await writeFile(join(await newestOf(folder, 'damaged'), 'model.safetensors'), 'damaged');
  await writeMadeUpRun(folder, { run: 'unreadable', points: 90 });
  await writeFile(join(await newestOf(folder, 'unreadable'), STATE_FILE), '{');
  await writeMadeUpRun(folder, { run: 'later version', points: 80 });
  const state = join(await newestOf(folder, 'later version'), STATE_FILE);
  await writeFile(state, (await readFile(state, 'utf8')).replace(/"version": ?\d+/, '"version":9'));
  await writeMadeUpRun(folder, {
    run: 'of other data',
    points: 70,
    data: { name: 'fashion-mnist', sha256: 'f'.repeat(64) },
  });
  for (const run of ['removed', 'gone']) await writeMadeUpRun(folder, { run, points: 60 });
  await writeMadeUpRun(folder, { run: 'diverges', points: 300, weights: tooLarge });
  await writeMadeUpRun(folder, { run: 'finished', points: 938, epochs: 1 });
  await writeMadeUpRun(folder, { run: 'run-1', points: 500 });
  await (await openStore(folder)).describe('run-1', { name: LONG_RUN, note: '' });
}

/** The folder of a run's newest checkpoint. */
async function newestOf(folder: string, run: string): Promise<string> {
  const names = (await readdir(join(folder, run))).filter((name) => name.startsWith('step-'));
  return join(folder, run, names.sort().at(-1)!);
}
