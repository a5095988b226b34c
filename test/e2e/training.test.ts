import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { builtCli } from '../built-cli';
import { type Studio, expect, test } from './studio';

const SEVEN: [number, number][][] = [
  [
    [0.27, 0.22],
    [0.73, 0.22],
    [0.62, 0.45],
    [0.48, 0.82],
  ],
];
const THREE: [number, number][][] = [
  [
    [0.3, 0.25],
    [0.42, 0.16],
    [0.58, 0.17],
    [0.66, 0.28],
    [0.6, 0.42],
    [0.45, 0.48],
    [0.6, 0.53],
    [0.69, 0.66],
    [0.62, 0.8],
    [0.45, 0.85],
    [0.3, 0.77],
  ],
];

test('train, draw, quit, start again, finish, and continue: with the same weights as on the command line', async ({
  open,
  folder,
}) => {
  test.setTimeout(600_000);
  const studio = await open();
  await expect(studio.runState).toHaveText('idle');
  await studio.chooseFolder(folder);
  await studio.set('epochs', 1);
  await studio.start();
  await expect(studio.runState).toHaveText('running');

  // As in the article: about 10% before training.
  const firstLog = studio.page.getByTestId('log');
  await expect(firstLog).toContainText(/Test set: Avg\. loss: 2\.\d{4}, Accuracy: \d+\/10000 \((7|8|9|1\d)%\)/);
  await expect(firstLog).toContainText('Train Epoch: 1 [6400/60000 (11%)]');
  await expect(studio.page.getByTestId('sample-0')).toHaveAttribute('data-prediction', /^\d$/);
  // Closing the window pauses the run, and the next start shows it where it was left.
  const linesBefore = (await firstLog.innerText()).split('\n');
  expect(await studio.quit()).toBe(0);

  const again = await open();
  const { page } = again;
  const log = page.getByTestId('log');
  await expect(again.runState).toHaveText('paused');
  await expect(page.getByTestId('folder-path')).toContainText(folder);
  expect((await log.innerText()).split('\n').slice(0, linesBefore.length)).toEqual(linesBefore);
  const share = Number(await page.getByTestId('epoch-progress').getAttribute('aria-valuenow'));
  expect(share).toBeGreaterThan(5);
  expect(share).toBeLessThan(95);
  await page.getByTestId('resume').click();
  await expect(again.runState).toHaveText('finished', { timeout: 180_000 });
  await expect(page.getByTestId('run-progress')).toHaveAttribute('aria-valuenow', '100');

  // Another epoch continues where the first ended. Meanwhile a drawing is read, since the run knows digits by now.
  await page.getByTestId('more-epochs').fill('1');
  await page.getByTestId('add-epochs').click();
  await expect(log).toContainText('Train Epoch: 2 [0/60000');
  await again.draw(SEVEN);
  await expect(page.getByTestId('prediction')).toHaveText('7');
  await expect(again.runState).toHaveText('running');
  await page.getByTestId('clear-drawing').click();
  await expect(page.getByTestId('prediction')).toHaveText('–');
  await again.draw(THREE);
  await expect(page.getByTestId('prediction')).toHaveText('3');
  await expect(page.getByTestId('model')).toContainText(/^Step [\d,]+/);
  await expect(again.runState).toHaveText('finished', { timeout: 180_000 });
  expect((await log.innerText()).match(/Accuracy: \d+\/10000/g)).toHaveLength(3);
  expect(await again.quit()).toBe(0);

  // The command line, never interrupted, has the same weights after two epochs. After three it reads 96.5% correctly.
  const elsewhere = join(folder, 'by command line');
  const { stdout } = await promisify(execFile)(process.execPath, [
    await builtCli(),
    'train',
    '--checkpoints',
    elsewhere,
  ]);
  for (const file of ['model.safetensors', 'optimizer.safetensors']) {
    const [window, commandLine] = await Promise.all(
      [folder, elsewhere].map((path) => readFile(join(path, 'run-1', 'step-00001876', file))),
    );
    expect(window!.equals(commandLine!), file).toBe(true);
  }
  const result = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { epoch: number; testAccuracy: number };
  expect(result.epoch).toBe(3);
  expect(result.testAccuracy).toBeGreaterThanOrEqual(0.965);
});

test('another run can be shown while one is trained; the history and the chart are saved', async ({ open, folder }) => {
  const studio = await open();
  const { page } = studio;
  await studio.chooseFolder(folder);
  await studio.start();
  await expect(page.getByTestId('log')).toContainText('[640/60000');
  await page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
  await test.step('the history is saved as CSV and the chart as a picture', () => saveHistory(studio, folder));

  await studio.set('seed', 2);
  await studio.start();
  await expect(page.getByTestId('runs')).toContainText('run-2');
  await expect(page.getByTestId('log')).toContainText('[640/60000');
  const run = (name: RegExp) => page.getByTestId('runs').getByRole('button', { name }).first();
  await run(/run-1/).click();
  await expect(studio.runState).toHaveText('paused');
  await expect(page.getByTestId('open-run')).toHaveText('run-1');
  await expect(page.getByTestId('resume')).toBeDisabled();
  await run(/run-2/).click();
  await expect(studio.runState).toHaveText('running');
  await expect(page.getByTestId('log')).toContainText('[3200/60000');
  await page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
  await run(/run-1/).click();
  await page.getByTestId('resume').click();
  await expect(page.getByTestId('log')).toContainText('[3200/60000');
});

async function saveHistory(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  // The files are named after the run, whichever network reads drawings.
  await page.getByTestId('active-model').selectOption('bundled');
  await expect(page.getByTestId('model')).toContainText('on MNIST');
  await studio.answerSaveDialog(join(folder, 'history.csv'));
  await page.getByTestId('save-history').click();
  await expect
    .poll(() => readFile(join(folder, 'history.csv'), 'utf8').catch(() => ''))
    .toMatch(
      /^examples_seen,train_loss,test_loss,test_accuracy,epochs_done,run,.*\n0,2\.\d+,2\.\d+,0\.\d+,0,run-1,MNIST,3,64,.*\n640,2\.\d+,,,0,run-1,/,
    );
  expect(basename(await studio.suggestedPath())).toBe('run-1.csv');
  await studio.answerSaveDialog(join(folder, 'chart.png'));
  await page.getByTestId('save-chart').click();
  await expect
    .poll(async () =>
      (await readFile(join(folder, 'chart.png')).catch(() => Buffer.alloc(0))).subarray(1, 4).toString(),
    )
    .toBe('PNG');
  expect(basename(await studio.suggestedPath())).toBe('run-1.png');

  // Dragging zooms in; a double click shows everything again.
  const chart = (await page.getByTestId('loss-chart').boundingBox())!;
  const at = (share: number) => [chart.x + share * chart.width, chart.y + chart.height / 2] as const;
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.5), { steps: 3 });
  await page.mouse.up();
  await expect(page.getByTestId('show-all')).toBeVisible();
  await page.mouse.dblclick(...at(0.5));
  await expect(page.getByTestId('show-all')).toHaveCount(0);

  await page.getByTestId('show-table').click();
  const rows = page.getByRole('region', { name: 'Losses' }).getByRole('row');
  expect(await rows.count()).toBeGreaterThan(2);
  await page.getByTestId('tests-only').check();
  await expect(rows).toHaveText([/Epoch/, /^0\s*0\s*2\.\d+/]);
}
