/** Takes the documentation's pictures in the real window with real training. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { onPad } from '../bench/handwriting';
import { parseUnipen } from '../bench/unipen';
import { ROOT, Studio } from '../e2e/studio';
import { PAD_SIDE } from '../../src-main/recognition/rasterize';

const IMAGES = join(ROOT, 'docs/images');

const digits = parseUnipen(readFileSync(join(ROOT, 'test/fixtures/unipen/digits.txt'), 'latin1'));

/** Draws a digit like a hand, and waits until it is read correctly. */
async function drawDigit(studio: Studio, digit: number): Promise<void> {
  const { strokes } = onPad(digits.find(({ label }) => label === digit)!);
  // Forced, since the button is disabled while the pad is empty.
  await studio.page.getByTestId('clear-drawing').click({ force: true });
  await studio.draw(
    strokes.map(({ points }) => points.map(([x, y]): [number, number] => [x / PAD_SIDE, y / PAD_SIDE])),
    1,
  );
  await studio.page
    .getByTestId('prediction')
    .filter({ hasText: `${digit}` })
    .waitFor();
}

/** Waits until this share of the open run is done. @param share 0 to 1 */
async function trainUntil(studio: Studio, share: number): Promise<void> {
  await studio.page.waitForFunction((percent) => {
    const bar = document.querySelector('[data-testid=run-progress]');
    return Number(bar?.getAttribute('aria-valuenow') ?? 0) >= percent;
  }, 100 * share);
}

async function take(studio: Studio, name: string): Promise<void> {
  // To a place where nothing changes under the pointer.
  await studio.page.mouse.move(640, 22);
  const picture = PNG.sync.read(await studio.page.screenshot({ scale: 'css' }));
  // Compresses better than the browser, which is fast instead.
  const small = PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 });
  await writeFile(join(IMAGES, `${name}.png`), small);
  process.stderr.write(`docs/images/${name}.png\n`);
}

async function takeAll(studio: Studio, checkpoints: string): Promise<void> {
  const { page } = studio;
  // Long enough for three epochs on a busy computer.
  page.setDefaultTimeout(180_000);
  await drawDigit(studio, 7);
  await take(studio, 'first-start');

  await studio.chooseFolder(checkpoints);
  await drawDigit(studio, 2);
  await page.getByTestId('pin-drawing').click();
  await studio.start();
  await trainUntil(studio, 0.5);
  await drawDigit(studio, 3);
  await take(studio, 'training');

  await studio.runState.filter({ hasText: 'finished' }).waitFor();
  await drawDigit(studio, 8);
  await page.getByTestId('tab-inside').click();
  await page.getByTestId('show-saliency').check();
  await page.getByTestId('second-layer').waitFor();
  await take(studio, 'drawing');
  await page.getByTestId('convolution-map').click({ position: { x: 100, y: 76 } });
  await page.getByTestId('convolution').evaluate((part) => part.scrollIntoView());
  await take(studio, 'convolution');

  await page.getByTestId('show-saliency').uncheck();
  await page.getByTestId('tab-training').click();
  await page.getByTestId('step-slider').fill('250');
  await page.getByTestId('model').filter({ hasText: 'step 250' }).waitFor();
  await take(studio, 'time-machine');
  await page.getByTestId('step-slider').fill('251');
  await page.getByTestId('slow-motion').click();
  await page.getByTestId('logged-loss').waitFor();
  await take(studio, 'slow-motion');
  await page.keyboard.press('Escape');
  await page.getByTestId('time-now').click();
  await page.getByTestId('model').filter({ hasNotText: 'step 251' }).waitFor();

  await page.getByTestId('tab-results').click();
  await page.getByTestId('mistakes').getByRole('button').first().click();
  await take(studio, 'results');

  // A second run to compare with.
  await page.getByTestId('new-run').click();
  await page.getByTestId('setting-epochs').fill('1');
  await page.getByTestId('setting-learningRate').fill('0.05');
  await page.getByTestId('start').click();
  await studio.runState.filter({ hasText: 'finished' }).waitFor();
  await page.getByTestId('tab-compare').click();
  await page.getByTestId('compare-run').first().click();
  await page.getByTestId('compare-run').nth(1).click();
  await page.getByTestId('pair-sentence').waitFor();
  await take(studio, 'compare');

  // The first run again, in dark mode.
  await page.locator('[data-run=run-1]').getByRole('button').first().click();
  await studio.runState.filter({ hasText: 'finished' }).waitFor();
  await page.getByTestId('tab-training').click();
  await page.getByTestId('tab-answer').click();
  await drawDigit(studio, 5);
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(studio, 'dark');
}

/** Takes all the documentation's pictures. */
export async function takeForDocumentation(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-pictures-'));
  // The path is visible in the window.
  const checkpoints = join(tmpdir(), 'digits');
  await mkdir(checkpoints);
  try {
    const studio = await Studio.open(join(folder, 'profile'));
    try {
      await takeAll(studio, checkpoints);
    } finally {
      await studio.quit();
    }
  } finally {
    for (const made of [folder, checkpoints]) await rm(made, { recursive: true, force: true, maxRetries: 10 });
  }
}
