import type { Locator } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { accessibilityFaultsIn } from './appearance';
import { makeRun } from './make-run';
import { type Studio, expect, test } from './studio';

async function resultsTell({ page }: Studio): Promise<void> {
  await page.getByTestId('explore').click();
  const matrix = page.getByTestId('confusion-matrix');
  await expect(page.getByTestId('results-summary')).toContainText(
    /99\.\d% The built-in network reads 9,9\d\d of 10,000\stest images of MNIST correctly/,
  );
  const counts = (await matrix.locator('button.cell').allInnerTexts()).map((text) => Number(text.replace(',', '')));
  expect(counts).toHaveLength(100);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  expect(await accessibilityFaultsIn(page, '[role=tabpanel]')).toEqual([]);

  // A cell lists the images that it counts.
  await page.getByTestId('confusion-9-4').click();
  await expect(page.getByTestId('listed')).toHaveText(`${counts[94]}\u00a0images`);
  const first = page.getByTestId('mistakes').getByRole('button').first();
  await expect(first).toHaveAccessibleName(/^Image \d+: labelled 9, read as 4 with \d+%/);

  // The arrow keys move from cell to cell.
  await page.getByTestId('confusion-9-4').press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('listed')).toHaveText(`${counts[95]}\u00a0image${counts[95] === 1 ? '' : 's'}`);

  // Enter puts the worst mistake on the pad, where it is read as in the test.
  await page.getByTestId('list-mistakes').click();
  const read = /read as (\d)/.exec((await first.getAttribute('aria-label'))!)![1]!;
  await first.press('Enter');
  await expect(page.getByTestId('prediction')).toHaveText(read);

  // All 10,000 are listed, but only those in view are rendered.
  await page.getByTestId('list-unsure').click();
  await expect(page.getByTestId('listed')).toHaveText('10,000\u00a0images');
  await first.press('End');
  const last = page.getByTestId('mistakes').locator('[data-place="9999"]');
  await expect(last).toBeFocused();
  expect(await page.getByTestId('mistakes').getByRole('button').count()).toBeLessThan(300);
  await expect
    .poll(() =>
      last.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 0 && value > 200);
      }),
    )
    .toBe(true);

  // An image can also be dragged to the pad.
  await last.dragTo(page.getByTestId('drawing-pad'));
  const label = /read as (\d)/.exec((await last.getAttribute('aria-label'))!)![1]!;
  await expect(page.getByTestId('prediction')).toHaveText(label);
}

/** How many of the ten digits' colours are seen on the map. */
async function digitsSeenOn(map: Locator): Promise<number> {
  const { data } = PNG.sync.read(await map.screenshot());
  const seen = new Set(Array.from({ length: data.length / 4 }, (_, i) => data.toString('hex', 4 * i, 4 * i + 3)));
  const colours = await map.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    return Array.from({ length: 10 }, (_, digit) => style.getPropertyValue(`--digit-${digit}`));
  });
  expect(colours[0]).toMatch(/^#[0-9a-f]{6}$/);
  return colours.filter((colour) => seen.has(colour.slice(1))).length;
}

/** The map of the digits, which one of the window's workers arranges and another paints. */
async function mapTells(studio: Studio): Promise<void> {
  const { page } = studio;
  await page.getByTestId('tab-map').click();
  const map = page.getByTestId('digit-map');
  await expect(page.getByTestId('map-summary')).toHaveText(
    /^The built-in network reads 9[89]\.\d% of these 2,000\stest images correctly\./,
  );
  expect(await accessibilityFaultsIn(page, '[role=tabpanel]')).toEqual([]);
  // Islands replace the projection.
  await expect(map).toHaveAttribute('data-method', 'islands');
  await expect.poll(() => digitsSeenOn(map)).toBe(10);
  // Also when the map is shown again, and after a crash of the process that draws windows.
  await page.getByTestId('tab-inside').click();
  await page.getByTestId('tab-map').click();
  await expect.poll(() => digitsSeenOn(map)).toBe(10);
  await expect(map).toHaveAttribute('data-done', 'true');
  const pid = await studio.app.evaluate(({ app }) => app.getAppMetrics().find(({ type }) => type === 'GPU')!.pid);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => digitsSeenOn(map)).toBe(10);
  // Painted again at the size of the window.
  const sizes = () =>
    map.evaluate(({ clientWidth, firstChild }) => [clientWidth, (firstChild as HTMLCanvasElement).width]);
  const [before] = await sizes();
  const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  await studio.resize({ width: width + 200, height });
  await expect
    .poll(async () => {
      const [shown, painted] = await sizes();
      return shown! > before! && painted === shown;
    })
    .toBe(true);
  await studio.resize({ width, height });

  // The keys go from image to image, and Enter puts one on the pad.
  await map.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const card = page.getByTestId('map-card');
  await expect(card).toHaveText(/labelled \d\s+read \d, \d+%/);
  const read = /read (\d)/.exec(await card.innerText())![1]!;
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('prediction')).toHaveText(read);

  // The misread images are listed as well.
  const first = page.getByTestId('mistakes').getByRole('button').first();
  await expect(first).toHaveAccessibleName(/^Image \d+: labelled \d, read as \d with \d+% confidence/);
}

test('results are shown, runs are compared, a change is tried, and a new run waits in the queue', async ({
  open,
  folder,
  profile,
}) => {
  await makeRun(folder, 'run-1');
  await makeRun(folder, 'run-2', '--learning-rate', '0.05');
  const studio = await open();
  const { page } = studio;
  await test.step('the results show what is misread, and each image can go to the pad', () => resultsTell(studio));
  await test.step('the map shows how alike images are to the network', () => mapTells(studio));

  await studio.chooseFolder(folder);
  await page.getByTestId('tab-compare').click();
  await expect(page.getByTestId('nothing-compared')).toBeVisible();
  await page.getByTestId('compare-run').first().press('Space');
  await expect(page.getByTestId('comparison-table').locator('tbody tr')).toHaveCount(1);
  await page.getByTestId('compare-run').nth(1).click();
  await expect(page.getByTestId('comparison-table')).toContainText('Learning rate');
  await expect(page.getByTestId('pair-sentence')).toContainText(/run-1|run-2/);
  await page.getByTestId('compare-by-time').click();
  await page.getByTestId('pair-both-wrong').click();
  await expect(page.getByTestId('mistakes').getByRole('button').first()).toHaveAccessibleName(
    /^Image \d+: labelled \d; run-\d reads \d, run-\d reads \d/,
  );
  expect(await accessibilityFaultsIn(page)).toEqual([]);
  const file = join(profile, 'comparison.csv');
  await studio.answerSaveDialog(file);
  await page.getByTestId('save-comparison').click();
  await expect
    .poll(() => readFile(file, 'utf8').catch(() => ''))
    .toMatch(/^examples_seen[^]*run-1[^]*run-2|run-2[^]*run-1/);

  // A trial starts at once if nothing is trained, and a new run waits for it.
  await page.getByTestId('try-change').click();
  await page.getByTestId('trial-seeds').fill('3');
  await page.getByTestId('start-trial').click();
  await expect(page.getByTestId('waiting-run')).toContainText('5\u00a0runs left');
  await page.getByTestId('new-run').click();
  await expect(page.getByTestId('start')).toHaveText('Add to the queue');
  await page.getByTestId('start').click();
  await expect(page.getByTestId('waiting-run')).toHaveCount(2);
  await page.getByTestId('take-back').nth(1).click();
  await expect(page.getByTestId('waiting-run')).toHaveCount(1);
  await page.getByTestId('pause').click();
  await expect(page.getByTestId('start-next')).toBeVisible();

  // All of this is still there at the next start.
  await studio.quit();
  const again = (await open()).page;
  await expect(again.getByTestId('waiting-run')).toContainText('5\u00a0runs left');
  await again.getByTestId('tab-compare').click();
  await again.getByTestId('trial').click();
  await expect(again.getByTestId('trial-verdict')).toContainText('with both values: 0 of 3.');
});
