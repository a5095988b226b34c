import type { Page } from '@playwright/test';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { encodeDrawings } from '../../src-main/drawings/exchange-file';
import { drawingsOf, writers } from '../unit/src-main/synthetic-writers';
import { accessibilityFaultsIn } from './appearance';
import { expect, test } from './studio';

/** Draws one stroke on the pad of the dialog; points are fractions of its side. */
async function write(page: Page, [first, ...rest]: [number, number][]): Promise<void> {
  const pad = (await page.getByTestId('handwriting-pad').boundingBox())!;
  const at = ([x, y]: [number, number]) => [pad.x + pad.width * x, pad.y + pad.height * y] as const;
  await page.mouse.move(...at(first!));
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...at(point), { steps: 4 });
  await page.mouse.up();
}

/** Dark digits in a row on white paper, as a PNG file. */
function pageOf(digits: number[]): Buffer {
  const side = 84;
  const page = new PNG({ width: side * digits.length, height: side });
  page.data.fill(255);
  const drawings = drawingsOf({}, 1);
  for (const [place, digit] of digits.entries()) {
    const pixels = Buffer.from(drawings[digit]!.pixels, 'base64');
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const value = pixels[Math.floor(y / 3) * 28 + Math.floor(x / 3)]!;
        page.data.fill(
          255 - value,
          4 * (y * page.width + place * side + x),
          4 * (y * page.width + place * side + x) + 3,
        );
      }
    }
  }
  return PNG.sync.write(page);
}

test('a person writes digits, exchanges them, teaches a network, sees what changed, and undoes it', async ({
  open,
  folder,
}) => {
  const studio = await open();
  await mkdir(join(folder, 'runs'));
  const { page } = studio;
  await studio.chooseFolder(join(folder, 'runs'));
  await studio.chooseInMenu('handwriting');
  const dialog = page.getByTestId('handwriting');
  const wanted = page.getByTestId('wanted-digit');
  const progress = page.getByTestId('round-progress');

  // A round: what is too small is not kept; a digit can be skipped, and the last one undone.
  await expect(progress).toHaveText('0 of 40 digits');
  await expect(page.getByTestId('keep-digit')).toHaveAttribute('aria-disabled', 'true');
  await write(page, [
    [0.5, 0.5],
    [0.51, 0.5],
  ]);
  await page.getByTestId('keep-digit').click();
  await expect(page.getByTestId('pad-problem')).toContainText('too small');
  await page.getByTestId('clear-digit').click();
  const stroke: [number, number][] = [
    [0.5, 0.2],
    [0.5, 0.8],
  ];
  let skipped = 0;
  for (; (await wanted.innerText()) !== '1'; skipped++) await page.getByTestId('skip-digit').click();
  await write(page, stroke);
  await page.getByTestId('keep-digit').click();
  await expect(progress).toHaveText(`${skipped + 1} of 40 digits`);
  await expect(page.getByTestId('teach-summary')).toContainText('1\u00a0drawing: 1 to learn from, and 0 held out');
  await expect(page.getByTestId('teach')).toHaveAttribute('title', 'Write a digit at least three times first');
  await expect(page.getByTestId('teach-summary')).toContainText('Write a digit at least three times first.');
  await page.getByTestId('skip-digit').click();
  await page.getByTestId('undo-digit').click();
  await page.getByTestId('undo-digit').click();
  await expect(wanted).toHaveText('1');
  await expect(page.getByTestId('teach-summary')).toContainText('No drawing is saved yet');
  await write(page, stroke);
  await page.getByTestId('keep-digit').click();
  await expect(progress).toHaveText(`${skipped + 1} of 40 digits`);
  expect(await accessibilityFaultsIn(page, '[data-testid=handwriting]')).toEqual([]);

  // Digits of a page, with a proposed label each.
  await page.getByTestId('handwriting-picture').click();
  await page
    .getByTestId('page-file')
    .setInputFiles({ name: 'page.png', mimeType: 'image/png', buffer: pageOf([3, 5]) });
  const labels = page.getByTestId('found-digits').getByRole('combobox');
  await expect(labels).toHaveCount(2);
  await expect(labels.nth(0)).toHaveValue('3');
  await labels.nth(1).selectOption('–');
  await page.getByTestId('keep-found').click();
  await expect(page.getByTestId('handwriting-kept')).toHaveText('Saved drawings (2)');
  expect(await accessibilityFaultsIn(page, '[data-testid=handwriting]')).toEqual([]);

  // Another person's drawings, from a file.
  const file = join(folder, 'theirs.json');
  const drawings = drawingsOf(writers.loops!, 15).map((drawing) => ({ ...drawing, strokes: [] }));
  await writeFile(file, encodeDrawings(drawings));
  await page.getByTestId('handwriting-kept').click();
  await studio.answerFileDialog(file);
  await page.getByTestId('import-drawings').click();
  await expect(page.getByTestId('handwriting-kept')).toHaveText('Saved drawings (152)');
  await expect(dialog.getByTestId('own-saved').getByRole('button').first()).toBeVisible();
  expect(await accessibilityFaultsIn(page, '[data-testid=handwriting]')).toEqual([]);

  // A lesson, from the built-in network.
  await page.getByTestId('teach').click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  await expect(studio.runState).toHaveText('finished', { timeout: 120_000 });
  await expect(page.getByTestId('lesson-verdict')).toHaveText(
    'It reads more of your digits. The taught network is in use.',
    { timeout: 60_000 },
  );
  const reader = page.getByTestId('active-model');
  await expect(reader).toHaveValue('opened');
  await page.getByTestId('lesson-details').click();
  await expect(page.getByTestId('lesson-own')).toContainText(/\+[1-9]\d* −\d/);
  await expect(page.getByTestId('lesson-dataset')).toContainText('10,000');
  expect(await accessibilityFaultsIn(page, '[data-testid=lesson-dialog]')).toEqual([]);
  await page.keyboard.press('Escape');

  // Undo, which outlasts a restart.
  await page.getByTestId('undo-lesson').click();
  await expect(reader).toHaveValue('bundled');
  await expect(page.getByTestId('lesson-verdict')).toContainText('The network before it is in use.');
  await page.reload();
  await expect(page.getByTestId('use-lesson')).toBeVisible({ timeout: 60_000 });
  await expect(reader).toHaveValue('bundled');

  // Everything is exported, then deleted for good.
  await studio.chooseInMenu('handwriting');
  await page.getByTestId('handwriting-kept').click();
  const exported = join(folder, 'mine.json');
  await studio.answerSaveDialog(exported);
  await page.getByTestId('export-drawings').click();
  await expect(page.getByTestId('saved-notice')).toContainText('Saved mine.json');
  // It is at the window's upper edge, where it covers none of the dialog's buttons.
  await expect.poll(async () => (await page.getByTestId('saved-notice').boundingBox())!.y).toBe(16);
  await dialog.getByRole('button', { name: 'Close' }).click({ trial: true });
  const saved = JSON.parse(await readFile(exported, 'utf8')) as { about: string; drawings: unknown[] };
  expect(saved.drawings).toHaveLength(152);
  expect(saved.about).toContain('no names');
  await studio.app.evaluate(({ dialog: dialogs }) => {
    dialogs.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
  });
  await page.getByTestId('delete-drawings').click();
  await expect(page.getByTestId('handwriting-kept')).toHaveText('Saved drawings (0)');
});
