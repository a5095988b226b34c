/** Takes the documentation's pictures in the real window with real training. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { encodeDrawings } from '../../src-main/drawings/exchange-file';
import { onPad } from '../bench/handwriting';
import { parseUnipen } from '../bench/unipen';
import { ROOT, Studio } from '../e2e/studio';
import { drawingsOf, writers } from '../unit/src-main/synthetic-writers';
import { animatedPng } from './animation';
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

/** @param clip a part of the window; all of it by default @returns a PNG file */
async function pictureOf({ page }: Studio, clip?: Clip): Promise<Buffer> {
  // To a place where nothing changes under the pointer.
  await page.mouse.move(640, 22);
  const picture = PNG.sync.read(await page.screenshot({ scale: 'css', ...(clip && { clip }) }));
  // Compresses better than the browser, which is fast instead.
  return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 });
}

type Clip = Record<'x' | 'y' | 'width' | 'height', number>;

async function take(studio: Studio, name: string): Promise<void> {
  await save(name, await pictureOf(studio));
}

async function save(name: string, png: Buffer): Promise<void> {
  await writeFile(join(IMAGES, `${name}.png`), png);
  process.stderr.write(`docs/images/${name}.png\n`);
}

/** Finds a stroke that turns the drawing into another digit. Not every digit can be reached by a short one. */
async function findStroke({ page }: Studio): Promise<void> {
  for (const digit of [3, 9, 0, 2, 5, 6]) {
    await page.getByTestId(`turn-into-${digit}`).click();
    const result = page.getByTestId('stroke-found').filter({ hasText: /dashed stroke|No short stroke/ });
    await result.waitFor();
    if ((await page.getByTestId('ghost-stroke').count()) > 0) return;
  }
}

const STEPS = [0, 10, 20, 40, 60, 80, 100, 150, 200, 400, 938, 2814];

/** The picture once two in a row are the same. */
async function settledPicture(studio: Studio, clip: Clip): Promise<Buffer> {
  for (let last = await pictureOf(studio, clip); ;) {
    const next = await pictureOf(studio, clip);
    if (next.equals(last)) return next;
    last = next;
  }
}

/** Films the network's maps and its answer to the drawing on the pad, from the first step to the last. */
async function filmLearning(studio: Studio): Promise<void> {
  const { page } = studio;
  const frames: Buffer[] = [];
  await page.getByTestId('kernels').evaluate((part) => part.scrollIntoView());
  for (const step of STEPS) {
    await page.getByTestId('step-slider').fill(`${step}`);
    await page
      .getByTestId('model')
      .filter({ hasText: `Step ${step.toLocaleString('en')}` })
      .waitFor();
    frames.push(await settledPicture(studio, { x: 265, y: 40, width: 1015, height: 540 }));
  }
  const seconds = STEPS.map((_, i) => (i === 0 || i === STEPS.length - 1 ? 2 : 0.7));
  await save('learning', animatedPng(frames, seconds));
}

/** Makes the window suggest a folder that is not that of the computer's own user. */
async function suggestFolderOf({ app, page }: Studio, home: string): Promise<void> {
  await app.evaluate(({ app: application }, documents) => application.setPath('documents', documents), home);
  await page.reload();
  await page.getByTestId('sample-5').and(page.locator('[data-label]')).waitFor();
}

async function takeAll(studio: Studio, checkpoints: string): Promise<void> {
  const { page } = studio;
  // Long enough for three epochs on a busy computer.
  page.setDefaultTimeout(180_000);
  await suggestFolderOf(studio, '/home/ada');
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
  await page.getByTestId('show-saliency').uncheck();
  await page.getByTestId('show-pieces').check();
  await page.getByTestId('ink-piece').first().waitFor();
  await findStroke(studio);
  await take(studio, 'ink');
  await page.getByTestId('show-pieces').uncheck();
  // Without the stroke that was found.
  await drawDigit(studio, 8);
  await page.getByTestId('convolution-map').click({ position: { x: 100, y: 76 } });
  await page.getByTestId('convolution').evaluate((part) => part.scrollIntoView());
  await take(studio, 'convolution');

  await filmLearning(studio);
  await page.getByTestId('tab-training').click();
  await page.getByTestId('step-slider').fill('250');
  await page.getByTestId('model').filter({ hasText: 'Step 250' }).waitFor();
  await take(studio, 'time-machine');
  await page.getByTestId('step-slider').fill('251');
  await page.getByTestId('slow-motion').click();
  await page.getByTestId('logged-loss').waitFor();
  await take(studio, 'slow-motion');
  await page.keyboard.press('Escape');
  await page.getByTestId('time-now').click();
  await page.getByTestId('model').filter({ hasNotText: 'Step 251' }).waitFor();

  await page.getByTestId('tab-results').click();
  await page.getByTestId('mistakes').getByRole('button').first().click();
  await take(studio, 'results');

  await page.getByTestId('tab-map').click();
  await page.locator('[data-testid=digit-map][data-method=islands]').waitFor();
  await settledPicture(studio, { x: 265, y: 200, width: 670, height: 600 });
  await take(studio, 'map');

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
  await page.emulateMedia({ colorScheme: 'light' });

  await teachHandwriting(studio);
  await take(studio, 'handwriting');
}

/** Teaches the built-in network a person's digits, and shows what changed. */
async function teachHandwriting(studio: Studio): Promise<void> {
  const { page } = studio;
  const folder = await mkdtemp(join(tmpdir(), 'digit-studio-drawings-'));
  try {
    const file = join(folder, 'digits.json');
    await writeFile(
      file,
      encodeDrawings(drawingsOf(writers.loops!, 15).map((drawing) => ({ ...drawing, strokes: [] }))),
    );
    await page.getByTestId('active-model').selectOption('bundled');
    await studio.chooseInMenu('handwriting');
    await page.getByTestId('handwriting-kept').click();
    await studio.answerFileDialog(file);
    await page.getByTestId('import-drawings').click();
    await page.getByTestId('own-saved').waitFor();
    await page.getByTestId('teach').click();
    await page.getByTestId('lesson-details').click();
    await page.getByTestId('lesson-own').waitFor();
  } finally {
    await rm(folder, { recursive: true });
  }
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
