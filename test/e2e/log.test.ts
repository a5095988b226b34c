import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRun } from './make-run';
import { expect, test } from './studio';

/** Enlarged text in a small window. */
const SIZES = [
  { width: 1024, height: 640, percent: 120 },
  // Four times "Zoom In".
  { width: 1024, height: 640, percent: 144 },
  { width: 1024, height: 640, percent: 200 },
  { width: 1280, height: 800, percent: 200 },
];

test('a long log can be selected alone, copied and saved, jumps to its newest line, and keeps its height', async ({
  open,
  folder,
}) => {
  // Much longer than the window's height.
  await makeRun(folder, 'run-1', '--log-interval', '1', '--stop-after-steps', '200');
  const studio = await open();
  const { page } = studio;
  await studio.chooseFolder(folder);
  const log = page.getByTestId('log');
  await expect(log).toContainText('[12736/60000');
  const text = (await log.innerText()).split('\n').filter((line) => line !== '');
  const linesOf = (copied: string) => copied.split('\n').filter((line) => line !== '');

  await log.focus();
  await page.keyboard.press('Control+a');
  expect(linesOf(await page.evaluate(() => getSelection()!.toString()))).toEqual(text);
  await page.evaluate(() => getSelection()!.removeAllRanges());

  await page.getByTestId('copy-log').click();
  const copied = await studio.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(linesOf(copied)).toEqual(text);

  const atEnd = () => log.evaluate((region) => region.scrollHeight - region.scrollTop - region.clientHeight < 16);
  await expect.poll(atEnd).toBe(true);
  await expect(page.getByTestId('newest-line')).toHaveCount(0);
  await log.evaluate((region) => region.scrollTo({ top: 0 }));
  await page.getByTestId('newest-line').click();
  await expect.poll(atEnd).toBe(true);
  await expect(page.getByTestId('newest-line')).toHaveCount(0);

  await studio.answerSaveDialog(join(folder, 'log.txt'));
  await page.getByTestId('save-log').click();
  await expect
    .poll(() => readFile(join(folder, 'log.txt'), 'utf8').catch(() => ''))
    .toMatch(/^Test set: .*\nTrain Epoch: 1 \[0\/60000 \(0%\)\]\tLoss: /);
  await page.getByTestId('log-tests-only').check();
  await expect(log).not.toContainText('Train Epoch');
  await expect(log).toContainText('Test set: Avg. loss');
  await page.getByTestId('log-tests-only').uncheck();

  // Enlarged text: the log keeps its height, and everything can be reached.
  for (const size of SIZES) {
    const at = JSON.stringify(size);
    await studio.resize(size);
    const found = await page.evaluate(() => ({
      page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
      window: [innerWidth, innerHeight],
      log: document.querySelector('[data-testid=log]')!.clientHeight,
    }));
    expect(found.page, at).toEqual(found.window);
    expect(found.log, at).toBeGreaterThan(90);
    expect(found.log, at).toBeLessThan(400);
    // The page may still be scrolled from the previous size.
    await page.getByTestId('drawing-pad').scrollIntoViewIfNeeded();
    await expect(page.getByTestId('drawing-pad'), at).toBeInViewport({ ratio: 0.9 });

    const outOfReach = await page.locator('button, input, [role=log]').evaluateAll((controls) =>
      controls.flatMap((control) => {
        if (!control.checkVisibility()) return [];
        control.scrollIntoView({ block: 'nearest' });
        const { left, right, top, bottom } = control.getBoundingClientRect();
        // Allows for rounding.
        const inWindow = left > -2 && right < innerWidth + 2 && top > -2 && bottom < innerHeight + 2;
        return inWindow ? [] : [`${control.outerHTML.slice(0, 150)} ${left} ${top} ${right} ${bottom}`];
      }),
    );
    expect(outOfReach, at).toEqual([]);
  }
});
