/** The states that the window can be in, reached one after the other in one start of the application. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../src-main/checkpoints/store';
import { zeroWeights } from '../../src-main/network/parameters';
import { writeMadeUpRun } from '../made-up-run';
import { writeSmallDataset } from '../unit/src-main/small-dataset';
import type { Studio } from './studio';

const SEVEN: [number, number][] = [
  [0.3, 0.22],
  [0.7, 0.22],
  [0.55, 0.5],
  [0.45, 0.82],
];

/** The longest possible name. */
const LONG_NAME = 'Twice the usual learning rate, and only half the batch size.';
const LONG_NOTE = 'Tried after the lesson of Friday, since the first one went up and down towards its end.';

const CLASSES = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

const MANY = 20;
/** The names of some runs. */
const NAMED = 'run-1';
const FAILING = 'run-2';
const LONG = 'run-3';

export interface State {
  /** Used in file names. */
  name: string;
  /** Brings the window from the previous state to this one. */
  reach: (studio: Studio) => Promise<void>;
}

/**
 * @param folder an empty folder of the test's own
 * @returns the states in the order in which they are reached
 */
export function statesOfWindow(folder: string): State[] {
  const runs = join(folder, 'my digits');
  const crowded = join(folder, 'many runs');
  const scans = join(folder, 'scans');
  const tab = (name: string, shows: string): State => ({
    name: `tab-${name}`,
    reach: async ({ page }) => {
      await page.getByTestId(`tab-${name}`).click();
      await page.getByTestId(shows).first().waitFor();
    },
  });
  const dialog = (name: string, open: (studio: Studio) => Promise<void>, testid = `${name}-dialog`): State => ({
    name: `dialog-${name}`,
    reach: async (studio) => {
      await closeDialogs(studio);
      await open(studio);
      await studio.page.getByTestId(testid).waitFor();
    },
  });
  return [
    { name: 'first-start', reach: () => Promise.resolve() },
    {
      name: 'first-start-drawn',
      reach: async (studio) => {
        await studio.draw([SEVEN]);
        await studio.page.getByTestId('prediction').filter({ hasText: '7' }).waitFor();
      },
    },
    {
      name: 'no-runs-yet',
      reach: async (studio) => {
        await mkdir(runs);
        await studio.chooseFolder(runs);
      },
    },
    dialog('new-run', (studio) => studio.openNewRun(), 'new-run-sheet'),
    {
      name: 'dialog-new-run-wrong-settings',
      reach: async ({ page }) => {
        await page.getByTestId('setting-epochs').fill('0');
        await page.getByTestId('setting-learningRate').fill('fast');
        await page.getByTestId('setting-epochs').blur();
      },
    },
    {
      name: 'training',
      reach: async (studio) => {
        const { page } = studio;
        await page.getByTestId('setting-epochs').fill('300');
        await page.getByTestId('setting-learningRate').fill('0.01');
        await page.getByTestId('start').click();
        await studio.runState.filter({ hasText: 'running' }).waitFor();
        await page.getByTestId('log').filter({ hasText: '[6400/60000' }).waitFor();
      },
    },
    {
      name: 'paused',
      reach: async (studio) => {
        await studio.page.getByTestId('pause').click();
        await studio.runState.filter({ hasText: 'paused' }).waitFor();
      },
    },
    dialog('slow-motion', ({ page }) => page.getByTestId('slow-motion').click(), 'chosen-kernel'),
    {
      name: 'slow-motion-closed',
      reach: closeDialogs,
    },
    tab('results', 'confusion-matrix'),
    tab('checkpoints', 'checkpoint'),
    tab('compare', 'nothing-compared'),
    tab('inside', 'second-layer'),
    tab('map', 'digit-map'),
    {
      name: 'drawings-saved',
      reach: async ({ page }) => {
        await page.getByTestId('tab-training').click();
        await page.getByTestId('own-digit-7').click();
        await page.getByTestId('pin-drawing').click();
        await page.getByTestId('tab-drawings').click();
        await page.getByTestId('own-count').waitFor();
      },
    },
    {
      name: 'results-of-drawings',
      reach: async ({ page }) => {
        await page.getByTestId('tab-results').click();
        await page.getByTestId('results-of-drawings').click();
        await page.getByTestId('mistakes').getByRole('button').first().click();
        await page.getByTestId('chosen-image').waitFor();
      },
    },
    {
      name: 'picture-refused',
      reach: async (studio) => {
        const file = join(folder, 'holiday.png');
        await writeFile(file, 'not a picture');
        await studio.page.getByTestId('tab-training').click();
        await studio.page.getByTestId('tab-answer').click();
        await studio.page.getByTestId('picture-file').setInputFiles(file);
        await studio.page.getByTestId('pad-problem').waitFor();
      },
    },
    {
      name: 'saved',
      reach: async (studio) => {
        await studio.answerSaveDialog(join(folder, 'losses.csv'));
        await studio.page.getByTestId('save-history').click();
        await studio.page.getByTestId('saved-notice').waitFor();
      },
    },
    dialog('help', (studio) => studio.chooseInMenu('help')),
    dialog('shortcuts', (studio) => studio.chooseInMenu('shortcuts')),
    dialog('handwriting', (studio) => studio.chooseInMenu('handwriting'), 'handwriting'),
    dialog('guide', (studio) => studio.chooseInMenu('guide')),
    dialog('export', (studio) => studio.chooseInMenu('exportModel')),
    {
      name: 'many-runs',
      reach: async (studio) => {
        await closeDialogs(studio);
        await writeManyRuns(crowded);
        await studio.chooseFolder(crowded);
        await studio.page
          .getByTestId('run')
          .nth(MANY - 1)
          .waitFor();
        await runRow(studio, NAMED).click();
        await studio.page.getByTestId('open-run').filter({ hasText: LONG_NAME }).waitFor();
      },
    },
    dialog(
      'run-details',
      async ({ page }) => {
        await page.getByTestId('run-menu').first().click();
        await page.getByTestId('describe-run').click();
      },
      'run-details',
    ),
    {
      name: 'failed',
      reach: async (studio) => {
        await closeDialogs(studio);
        await runRow(studio, FAILING).click();
        await studio.page.getByTestId('resume').click();
        await studio.runState.filter({ hasText: 'failed' }).waitFor();
      },
    },
    {
      name: 'fifty-epochs-finished',
      reach: async (studio) => {
        await runRow(studio, LONG).click();
        await studio.runState.filter({ hasText: 'finished' }).waitFor();
      },
    },
    {
      name: 'tab-compare-runs',
      reach: async ({ page }) => {
        await page.getByTestId('tab-compare').click();
        await page.getByTestId('compare-newest').click();
        await page.getByTestId('compare-chart').waitFor();
      },
    },
    {
      name: 'data-doubted',
      reach: async (studio) => {
        const { page } = studio;
        await writeSmallDataset(scans, (value) => 255 - value);
        await studio.answerFolderDialog(scans);
        await studio.openNewRun();
        await page.getByTestId('choose-data').click();
        await page.getByTestId('data-doubt').waitFor();
      },
    },
    {
      name: 'classes-being-named',
      reach: async ({ page }) => {
        await page.getByTestId('use-remedy').click();
        await page.getByTestId('edit-class-names').click();
        await page.getByTestId('class-names-text').fill('Coat\nBag');
        await page.getByTestId('class-names-problem').waitFor();
      },
    },
    {
      name: 'classes-named',
      reach: async (studio) => {
        const { page } = studio;
        await page.getByTestId('class-names-text').fill(CLASSES.join('\n'));
        await page.getByTestId('use-class-names').click();
        await studio.closeNewRun();
        await page.getByTestId('tab-training').click();
        await page.getByTestId('tab-answer').click();
        await studio.draw([SEVEN]);
      },
    },
    {
      name: 'other-data',
      reach: async (studio) => {
        await runRow(studio, NAMED).click();
        await studio.page.getByTestId('error-banner').waitFor();
      },
    },
    {
      name: 'folder-not-usable',
      reach: async (studio) => {
        await studio.answerFolderDialog('/proc/self');
        await studio.page.getByTestId('choose-folder').click();
        await studio.page.getByTestId('error-banner').waitFor();
      },
    },
  ];
}

/** Writes runs, among them one with a long name, one that fails when resumed, and one with fifty epochs. */
async function writeManyRuns(folder: string): Promise<void> {
  await mkdir(folder);
  const tooLarge = zeroWeights();
  for (const values of Object.values(tooLarge)) values.fill(1e15);
  await writeMadeUpRun(folder, { run: NAMED, points: 400 });
  await writeMadeUpRun(folder, { run: FAILING, points: 300, weights: tooLarge });
  await writeMadeUpRun(folder, { run: LONG, points: 50 * 938, epochs: 50 });
  for (let i = 4; i <= MANY; i++) await writeMadeUpRun(folder, { points: 90 * i });
  const store = await openStore(folder);
  await store.describe(NAMED, { name: LONG_NAME, note: LONG_NOTE });
}

const runRow = ({ page }: Studio, run: string) => page.locator(`[data-run='${run}'] .row`);

async function closeDialogs({ page }: Studio): Promise<void> {
  for (const dialog of await page.getByRole('dialog').all()) {
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
}
