/** Messages about fields, training, comparisons, one's own digits, the time machine, and the application itself. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeDrawings } from '../../../src-main/drawings/exchange-file';
import { divergedError, outOfMemoryError } from '../../../src-main/training/training-errors';
import { defaultConfig } from '../../../src-preload/schemas';
import { drawingsOf, writers } from '../../unit/src-main/synthetic-writers';
import { writeSmallDataset } from '../../unit/src-main/small-dataset';
import type { Studio } from '../studio';
import { LONG_NAME, type Message, banner, report } from './message';

/** @param profile the application's user-data folder */
export function workMessages(folder: string, profile: string): Message[] {
  const runs = join(folder, 'work');
  const train = async (studio: Studio, settings: Record<string, string>) => {
    const { page } = studio;
    await studio.openNewRun();
    await page.getByTestId('preset-article').click();
    for (const [name, value] of Object.entries(settings)) await page.getByTestId(`setting-${name}`).fill(value);
    await page.getByTestId('start').click();
  };
  const trial = (name: string, fields: Record<string, string>): Message => ({
    name: `trial-${name}`,
    reach: async ({ page }) => {
      await page.getByTestId('tab-compare').click();
      await page.getByTestId('try-change').click();
      for (const [field, value] of Object.entries(fields)) await page.getByTestId(`trial-${field}`).fill(value);
    },
  });
  const drawingsFile = (name: string, content: string): Message => ({
    name: `drawings-${name}`,
    reach: async (studio) => {
      const file = join(folder, `${LONG_NAME} ${name}.json`);
      await writeFile(file, content);
      await studio.chooseInMenu('handwriting');
      await studio.page.getByTestId('handwriting-kept').click();
      await studio.answerFileDialog(file);
      await studio.page.getByTestId('import-drawings').click();
      await studio.page.getByTestId('error-banner').or(studio.page.getByTestId('saved-notice')).waitFor();
    },
  });
  const drawings = drawingsOf(writers.loops!, 15).map((drawing) => ({ ...drawing, strokes: [] }));
  return [
    {
      name: 'settings-wrong',
      reach: async (studio) => {
        await mkdir(runs);
        await studio.chooseFolder(runs);
        await studio.openNewRun();
        const names = ['epochs', 'learningRate', 'batchSize', 'momentum', 'testBatchSize', 'logInterval'];
        for (const name of [...names, 'checkpointInterval', 'seed']) {
          await studio.page.getByTestId(`setting-${name}`).fill('many');
        }
      },
    },
    {
      name: 'not-learning',
      reach: async (studio) => {
        await train(studio, { epochs: '1000', learningRate: '0.0000000001' });
        await studio.page.getByTestId('hint').waitFor();
        await studio.page.getByTestId('pause').click();
        await studio.runState.filter({ hasText: 'paused' }).waitFor();
      },
    },
    {
      name: 'waiting-runs',
      reach: async (studio) => {
        await train(studio, { epochs: '1000' });
        await studio.runState.filter({ hasText: 'running' }).waitFor();
        await train(studio, { epochs: '2', learningRate: '0.025', momentum: '0.9' });
        await studio.page.getByTestId('waiting-run').waitFor();
      },
    },
    {
      name: 'another-folder-while-training',
      reach: async ({ page }) => {
        await page.getByTestId('choose-folder').hover();
        await page.getByTestId('folder-menu').click();
        await page.getByTestId('choose-folder-item').waitFor();
      },
    },
    {
      name: 'checkpoint-not-written',
      reach: async (studio) => {
        await studio.page.keyboard.press('Escape');
        await rename(runs, join(folder, 'moved'));
        await banner(studio);
        await studio.runState.filter({ hasText: 'paused' }).waitFor();
      },
    },
    {
      name: 'waiting-run-not-started',
      reach: async (studio) => {
        await rename(join(folder, 'moved'), runs);
        await studio.page.getByTestId('resume').click();
        await studio.runState.filter({ hasText: 'running' }).waitFor();
        await studio.page.getByTestId('pause').click();
        await studio.runState.filter({ hasText: 'paused' }).waitFor();
        const others = join(folder, 'digits of our class');
        await writeSmallDataset(others);
        await studio.openNewRun();
        await studio.answerFolderDialog(others);
        await studio.page.getByTestId('choose-data').click();
        await studio.page.getByTestId('use-bundled-data').waitFor();
        await studio.closeNewRun();
        await studio.page.getByTestId('start-next').click();
        await banner(studio);
      },
    },
    {
      name: 'other-test-set',
      reach: async (studio) => {
        const { page } = studio;
        await page.getByTestId('tab-compare').click();
        await page.getByTestId('compare-newest').click();
        await page.getByTestId('compare-chart').waitFor();
        await page.getByText('is loaded').first().waitFor();
      },
    },
    {
      name: 'no-runs-to-compare',
      reach: async (studio) => {
        await mkdir(join(folder, 'empty', LONG_NAME), { recursive: true });
        await studio.answerFolderDialog(join(folder, 'empty', LONG_NAME));
        await studio.page.getByTestId('tab-compare').click();
        await studio.page.getByTestId('add-other-folder').click();
        await banner(studio);
      },
    },
    trial('without-values', { first: 'fast' }),
    trial('same-values', { first: '0.02', second: '0.02' }),
    trial('impossible-value', { first: '0.02', second: '20' }),
    trial('too-many-seeds', { second: '0.05', seeds: '50' }),
    drawingsFile('of-another-kind', '{"runs": []}'),
    drawingsFile(
      'damaged',
      encodeDrawings(drawings).replace('"label": 3', '"label": 33').replace('"label":3', '"label":33'),
    ),
    drawingsFile('imported', encodeDrawings(drawings.slice(0, 60))),
    drawingsFile('imported-again', encodeDrawings(drawings)),
    {
      name: 'kept-drawing-damaged',
      reach: async ({ page }) => {
        const kept = join(profile, 'drawings');
        await mkdir(kept, { recursive: true });
        await writeFile(join(kept, '0f8fad5b-d9cb-469f-a165-70867728950e.json'), 'damaged');
        await page.getByTestId('tab-training').click();
        await page.getByTestId('tab-drawings').click();
        await page.locator('.damaged').waitFor();
      },
    },
    {
      name: 'handwriting-too-small',
      reach: async (studio) => {
        await studio.chooseInMenu('handwriting');
        await studio.page.getByTestId('handwriting-write').click();
        const pad = (await studio.page.getByTestId('handwriting-pad').boundingBox())!;
        await studio.page.mouse.click(pad.x + pad.width / 2, pad.y + pad.height / 2);
        await studio.page.getByTestId('keep-digit').click();
        await studio.page.getByTestId('handwriting').getByTestId('pad-problem').waitFor();
      },
    },
    {
      name: 'handwriting-picture-refused',
      reach: async (studio) => {
        await studio.chooseInMenu('handwriting');
        await studio.page.getByTestId('handwriting-picture').click();
        const file = { name: `${LONG_NAME}.png`, mimeType: 'image/png', buffer: Buffer.from('no picture') };
        await studio.page.getByTestId('page-file').setInputFiles(file);
        await studio.page.getByTestId('handwriting').getByRole('alert').waitFor();
      },
    },
    {
      name: 'lesson-learned',
      reach: async (studio) => {
        const { page } = studio;
        await studio.openNewRun();
        await page.getByTestId('use-bundled-data').click();
        await page.getByTestId('dataset').filter({ hasText: 'MNIST' }).waitFor();
        await studio.closeNewRun();
        await page.getByTestId('active-model').selectOption('bundled');
        await studio.chooseInMenu('handwriting');
        await page.getByTestId('teach').click();
        await page.getByTestId('lesson-verdict').waitFor({ timeout: 240_000 });
      },
    },
    {
      name: 'lesson-undone',
      reach: async ({ page }) => {
        await page.getByTestId('undo-lesson').click();
        await page.getByTestId('use-lesson').waitFor();
      },
    },
    // What follows takes too long, or cannot be caused from outside.
    {
      name: 'run-out-of-memory',
      reach: (studio) =>
        report(studio, {
          ...outOfMemoryError('a batch of 10,000 images needs at least 3.9 GB more memory, but only 1.2 GB is free')
            .problem,
        }),
    },
    {
      name: 'run-diverged',
      reach: (studio) =>
        report(studio, divergedError(1_234_567, { ...defaultConfig, learningRate: 0.333, momentum: 0.95 }).problem),
    },
    {
      name: 'unexpected-error',
      reach: (studio) =>
        studio.app
          .evaluate(() => {
            setImmediate(() => {
              throw new Error('Cannot read properties of undefined (reading ‘examplesSeen’)');
            });
          })
          .then(() => banner(studio)),
    },
  ];
}
