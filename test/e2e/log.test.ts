import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRun } from './make-run';
import { expect, test } from './studio';

test('the log is selected alone, copied, and leads back to its newest line', async ({ open, folder }) => {
  await makeRun(folder, 'run-1', '--log-interval', '1');
  const studio = await open();
  const { page } = studio;
  await studio.chooseFolder(folder);
  const log = page.getByTestId('log');
  await expect(log).toContainText('[2496/60000');
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
});
