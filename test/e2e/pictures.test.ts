import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { readPicture } from '../../src-main/recognition/picture-file';
import { recognizePicture } from '../../src-main/recognition/recognize';
import { readWeightsFile } from '../../src-main/exchange/weights-file';
import { accessibilityFaultsIn } from './appearance';
import { BAR, SEVEN } from './pad';
import { ROOT, type Studio, expect, test } from './studio';

async function readsPictures(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  const prediction = page.getByTestId('prediction');
  // Like a photo: a dark 7 on unevenly lit paper.
  const png = await page.evaluate(async (points) => {
    const canvas = new OffscreenCanvas(320, 240);
    const context = canvas.getContext('2d')!;
    const light = context.createLinearGradient(0, 0, 320, 0);
    light.addColorStop(0, '#b8b0a0');
    light.addColorStop(1, '#f0ece0');
    context.fillStyle = light;
    context.fillRect(0, 0, 320, 240);
    context.lineWidth = 14;
    context.strokeStyle = '#28304c';
    context.beginPath();
    for (const [x, y] of points) context.lineTo(40 + 240 * x, 240 * y);
    context.stroke();
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }, SEVEN);
  const file = { name: 'seven.png', mimeType: 'image/png', buffer: Buffer.from(png) };
  await page.getByTestId('picture-file').setInputFiles(file);
  await expect(prediction).toHaveText('7');
  await page.getByTestId('clear-drawing').click();
  await expect(prediction).toHaveText('–');

  const transfer = await page.evaluateHandle((bytes) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], 'seven.png', { type: 'image/png' }));
    return files;
  }, png);
  await page.getByTestId('drawing-pad').dispatchEvent('drop', { dataTransfer: transfer });
  await expect(prediction).toHaveText('7');
  await page.getByTestId('clear-drawing').click();
  await expect(prediction).toHaveText('–');

  await page.evaluate((clipboardData) => {
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, transfer);
  await expect(prediction).toHaveText('7');

  await page.getByTestId('picture-file').setInputFiles({ ...file, name: 'notes.txt', buffer: Buffer.from('seven') });
  await expect(page.getByTestId('pad-problem')).toContainText('notes.txt cannot be read: it is not a PNG');
  await expect(prediction).toHaveText('7');

  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1');
  await page.getByTestId('picture-file').setInputFiles({ ...file, name: 'photo.heic', buffer: heic });
  await expect(page.getByTestId('pad-problem')).toContainText(
    'photo.heic cannot be read: it is a HEIC picture; save it as PNG or JPEG.',
  );

  // A file that is removed before it is read.
  const gone = join(folder, 'gone.png');
  await writeFile(gone, Buffer.from(png));
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('input'), { type: 'file' })));
  await page.locator('body > input').setInputFiles(gone);
  await rm(gone);
  const removed = await page.locator('body > input').evaluateHandle((input: HTMLInputElement) => {
    const dropped = new DataTransfer();
    dropped.items.add(input.files![0]!);
    input.remove();
    return dropped;
  });
  await page.getByTestId('drawing-pad').dispatchEvent('drop', { dataTransfer: removed });
  await expect(page.getByTestId('pad-problem')).toContainText(
    'gone.png cannot be read: it is a folder, is no longer there, or may not be read.',
  );

  const link = await page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    dropped.setData('text/uri-list', 'https://example.org/seven.png');
    return dropped;
  });
  await page.getByTestId('drawing-pad').dispatchEvent('drop', { dataTransfer: link });
  await expect(page.getByTestId('pad-problem')).toContainText('Only picture files can be dropped');
  await expect(page.getByTestId('error-banner')).toHaveCount(0);

  await studio.answerSaveDialog(join(folder, 'seven'));
  await page.getByTestId('save-drawing').click();
  await expect(page.getByTestId('saved-notice')).toContainText('seven.png');
  const saved = PNG.sync.read(await readFile(join(folder, 'seven.png')));
  expect([saved.width, saved.height]).toEqual([1120, 1120]);
  // Ink on white paper, without transparency.
  expect(saved.data.some((value, i) => i % 4 === 0 && value < 100)).toBe(true);
  expect(saved.data.every((value, i) => i % 4 !== 3 || value === 255)).toBe(true);
}

async function readsEveryKind({ page }: Studio): Promise<void> {
  const folder = join(ROOT, 'test/fixtures/pictures');
  const prediction = page.getByTestId('prediction');
  const shown = () =>
    page.getByTestId('pad-preview').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return Array.from(data).filter((_, i) => i % 4 === 0);
    });
  for (const name of await readdir(folder)) {
    await page.getByTestId('picture-file').setInputFiles(join(folder, name));
    await expect(prediction, name).toHaveText('7');
    const { preview } = recognizePicture(null, await readPicture(join(folder, name)));
    // The decoders of JPEG and lossy WebP round differently. The preview is painted after the answer.
    const difference = async () =>
      (await shown()).reduce((max, value, at) => Math.max(max, Math.abs(value - preview[at]!)), 0);
    await expect.poll(difference, name).toBeLessThanOrEqual(isLossy(name) ? 8 : 1);
    await page.getByTestId('clear-drawing').click();
    await expect(prediction).toHaveText('–');
  }

  for (const name of ['grey.png', 'progressive.jpg', 'grey.gif', 'colour.bmp', 'lossy.webp']) {
    const whole = await readFile(join(folder, name));
    const buffer = whole.subarray(0, whole.length - 3);
    await page.getByTestId('picture-file').setInputFiles({ name: `cut-${name}`, mimeType: '', buffer });
    await expect(page.getByTestId('pad-problem')).toContainText(
      `cut-${name} cannot be read: the file is damaged or cut off.`,
    );
  }
}

const isLossy = (name: string) => /jpg$|^lossy/.test(name);

async function looksInside(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  const picture = (testid: string) =>
    page
      .getByTestId(testid)
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  await studio.draw([SEVEN]);
  await expect(page.getByTestId('prediction')).toHaveText('7');
  await page.getByTestId('pin-drawing').click();
  await expect(page.getByTestId('pinned')).toContainText('read again after each test');

  await studio.chooseFolder(folder);
  await page.getByTestId('explore').click();
  await page.getByTestId('tab-inside').click();
  await expect(page.getByTestId('first-layer').locator('canvas[width="24"]')).toHaveCount(10);
  await expect(page.getByTestId('second-layer').locator('canvas[width="8"]')).toHaveCount(20);
  // Each map can be enlarged with the keyboard too.
  const scale = (name: string) =>
    page
      .getByTestId(name)
      .locator('canvas')
      .evaluate((map) => getComputedStyle(map).scale);
  await page.getByTestId('kernels-0').focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => scale('kernels-1')).toBe('2');
  await expect.poll(() => scale('kernels-0')).toBe('none');
  await expect(page.getByTestId('saliency')).toHaveCount(0);
  await page.getByTestId('show-saliency').check();
  await expect(page.getByTestId('saliency')).toBeVisible();
  expect(await accessibilityFaultsIn(page)).toEqual([]);
  const [kernel, map] = [await picture('kernels'), await picture('first-layer')];
  await studio.draw([BAR]);
  await expect.poll(() => picture('first-layer')).not.toBe(map);
  expect(await picture('kernels')).toBe(kernel);

  // The strokes are coloured, and a stroke that was found makes it another digit.
  await studio.page.getByTestId('clear-drawing').click();
  await studio.draw([SEVEN]);
  await page.getByTestId('show-pieces').check();
  await expect(page.getByTestId('pieces-summary')).toContainText('piece');
  expect(await page.getByTestId('ink-piece').count()).toBeGreaterThan(3);
  await page.getByTestId('turn-into-2').click();
  await expect(page.getByTestId('stroke-found')).toContainText('With the dashed stroke, it is read as 2 (');
  await expect(page.getByTestId('ghost-stroke')).toHaveCount(1);
  await page.getByTestId('draw-stroke').click();
  await expect(page.getByTestId('prediction')).toHaveText('2');
  await expect(page.getByTestId('ghost-stroke')).toHaveCount(0);
  await page.getByTestId('undo-stroke').click();
  await page.getByTestId('show-pieces').uncheck();
  await expect(page.getByTestId('ink-piece')).toHaveCount(0);

  // The numbers behind one pixel.
  const number = page.getByTestId('convolution-value');
  await page.getByTestId('convolution-map').click({ position: { x: 100, y: 76 } });
  await expect(page.getByTestId('convolution-map')).toHaveAccessibleName(/^Map 1, pixel in row 10, column 13\./);
  await page.getByTestId('convolution-map').press('ArrowRight');
  await expect(page.getByTestId('convolution-map')).toHaveAccessibleName(/^Map 1, pixel in row 10, column 14\./);
  await expect(number).not.toHaveText('0.0000');
  await page.getByTestId('convolution-layer-secondLayer').click();
  await page.getByTestId('convolution-sum-9').click();
  await expect(page.getByTestId('convolution-arithmetic')).toContainText('sum of the 250 products');
  expect(await accessibilityFaultsIn(page, '[data-testid=convolution]')).toEqual([]);
  await page.getByTestId('convolution-layer-firstLayer').click();
  await expect(number).not.toHaveText('0.0000');

  // Parts are switched off, and the answer and the accuracy follow; the network itself stays as it is.
  const effect = page.getByTestId('parts-effect');
  const found = await picture('first-layer');
  const bars = () =>
    page
      .locator('[data-testid^=probability-]')
      .evaluateAll((meters) => meters.map((meter) => meter.getAttribute('aria-valuenow')));
  const before = await bars();
  // All parts are ranked in the background.
  await page.getByTestId('rank-parts').click();
  await expect(page.getByTestId('ranking-progress')).toBeVisible();
  await page.getByTestId('kernels-0').click();
  await expect(number).toHaveText('0.0000');
  await expect(page.getByTestId('first-layer-0')).toHaveAttribute('aria-pressed', 'false');
  await expect(effect).toHaveText(
    /^1\spart switched off: \d+\.\d% of the test images are read correctly instead of 99\.\d%\.$/,
  );
  for (let i = 1; i < 10; i++) await page.getByTestId(`kernels-${i}`).click();
  await expect(effect).toHaveText(
    /^10\sparts switched off: (9|1\d)\.\d% of the test images are read correctly instead of 99\.\d%\.$/,
  );
  await expect.poll(bars).not.toEqual(before);
  await expect(page.getByTestId('parts-off')).toContainText('10 parts of the network switched off');
  expect(await accessibilityFaultsIn(page)).toEqual([]);
  await page.getByTestId('all-on').click();
  await expect(effect).toHaveText('Click a kernel, map or unit to switch it off.');
  await expect.poll(() => picture('first-layer')).toBe(found);
  await expect.poll(bars).toEqual(before);
  await expect.poll(() => picture('kernels')).toBe(kernel);

  await switchesRankedPartsOff(studio, folder);

  // The run's kernels replace those of the built-in network, and its first test reads the pinned drawing.
  await studio.start();
  await expect.poll(() => picture('kernels')).not.toBe(kernel);
  await expect(page.getByTestId('ranking-of-other')).toContainText('of the built-in network');
  await page.getByTestId('tab-training').click();
  await expect(page.getByTestId('pinned').getByRole('listitem')).toHaveText(/After 0\sepochs: \d/);
  await page.getByTestId('tab-drawings').click();
  expect(await accessibilityFaultsIn(page)).toEqual([]);
}

/** A click on the most needed part switches it off: in the answer, the results, and what is exported. */
async function switchesRankedPartsOff(studio: Studio, folder: string): Promise<void> {
  const { page } = studio;
  const ranking = page.getByTestId('part-ranking');
  await expect(ranking.getByRole('status')).toHaveText(/^With all parts, 9,9\d\d of 10,000\stest images are read/);
  await page.getByTestId('rank-all').click();
  const rows = ranking.getByRole('listitem').getByRole('button');
  await expect(rows).toHaveCount(80);
  await expect(rows.first()).toHaveAccessibleName(/^First-layer map \d+: [\d,]+ lost, mostly labelled \d \([\d,]+\)$/);
  await rows.first().click();
  await expect(rows.first()).toHaveAttribute('aria-pressed', 'false');
  await expect(page.getByTestId('parts-effect')).toHaveText(/^1\spart switched off: \d+\.\d% of the test images/);
  await expect(page.locator('[data-testid^=kernels-][aria-pressed=false]')).toHaveCount(1);
  expect(await accessibilityFaultsIn(page)).toEqual([]);

  await page.getByTestId('tab-results').click();
  await expect(page.getByTestId('results-without')).toHaveText(/^Without first-layer map \d+\.$/);
  const map = Number(/\d+/.exec(await page.getByTestId('results-without').innerText())![0]) - 1;
  const file = join(folder, 'edited.safetensors');
  await studio.answerSaveDialog(file);
  await studio.chooseInMenu('exportModel');
  await page.getByTestId('export-safetensors').click();
  await expect(page.getByTestId('saved-notice')).toContainText('edited.safetensors');
  const { weights } = await readWeightsFile(file);
  const isZero = Array.from({ length: 10 }, (_, i) =>
    weights['conv1.weight'].subarray(25 * i, 25 * (i + 1)).every((value) => value === 0),
  );
  expect(isZero).toEqual(isZero.map((_, i) => i === map));
  await page.getByTestId('parts-off').getByRole('button').click();
  await page.getByTestId('tab-inside').click();
}

test('the network reads pictures, and shows what it looks at', async ({ open, folder }) => {
  const studio = await open();
  const { page } = studio;
  await test.step('every kind of picture is read the same in the window and on the command line', () =>
    readsEveryKind(studio));
  await test.step('a picture of a digit can be opened, dropped or pasted to be read, and saved', () =>
    readsPictures(studio, folder));
  await page.getByTestId('clear-drawing').click();
  await expect(page.getByTestId('prediction')).toHaveText('–');
  await test.step('the maps follow the drawing, and a pinned drawing follows the run', () =>
    looksInside(studio, folder));
});
