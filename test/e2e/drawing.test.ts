import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { KeptDrawing } from '../../src-preload/schemas';
import { PAD_SIDE, rasterize } from '../../src-main/recognition/rasterize';
import { accessibilityFaultsIn } from './appearance';
import { BAR, SEVEN } from './pad';
import { Studio, expect, shareStart, test } from './studio';

/** How much ink is on the pad: the number of canvas pixels that are not empty. */
const ink = ({ page }: Studio) =>
  page.getByTestId('drawing-pad').evaluate(async (canvas: HTMLCanvasElement) => {
    // The last stroke is painted in the next frame.
    await new Promise(requestAnimationFrame);
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, i) => sum + (i % 4 === 3 && value > 128 ? 1 : 0), 0) / canvas.width ** 2;
  });

async function changesStrokes(studio: Studio): Promise<void> {
  const { page } = studio;
  const prediction = page.getByTestId('prediction');
  await studio.draw([SEVEN]);
  await expect(prediction).toHaveText('7');
  const one = await ink(studio);
  await studio.draw([BAR]);
  await expect.poll(() => ink(studio)).toBeGreaterThan(one);
  const two = await ink(studio);
  await page.keyboard.press('Control+z');
  await expect.poll(() => ink(studio)).toBe(one);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => ink(studio)).toBe(two);
  await expect(page.getByTestId('redo-stroke')).toBeDisabled();

  await page.getByTestId('tool-eraser').click();
  await page.getByTestId('pen-width').fill('40');
  await studio.draw([BAR]);
  await expect.poll(() => ink(studio)).toBeLessThan(one);
  await page.getByTestId('undo-stroke').click();
  await page.getByTestId('undo-stroke').click();
  await page.getByTestId('tool-pen').click();
  await expect(prediction).toHaveText('7');
  await expect(page.getByTestId('spoken-answer')).toHaveText(/^7, \d+\.\d%$/);

  await page.getByTestId('clear-drawing').click();
  await expect(prediction).toHaveText('–');
  await page.getByTestId('tab-drawings').click();
  await page.getByTestId('last-drawings').getByRole('button').first().click();
  await expect(prediction).toHaveText('7');
  expect(await ink(studio)).toBe(one);

  // Several digits are read one by one; a click on a digit's number, or the keyboard, picks one.
  await page.getByTestId('clear-drawing').click();
  const small = (left: number) => SEVEN.map(([x, y]): [number, number] => [left + 0.8 * (x - 0.27), y]);
  await studio.draw([small(0.1), small(0.58)]);
  await expect(prediction).toHaveText('77');
  await expect(page.getByTestId('prediction-reason')).toContainText('Several digits');
  await page.getByTestId('part-1').locator('span').click();
  await expect(prediction).toHaveText('7');
  await expect(page.getByTestId('answer-probability')).toBeVisible();
  await page.getByTestId('part-0').press('Enter');
  await expect(page.getByTestId('part-0')).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByTestId('part-1')).toHaveAttribute('aria-pressed', 'false');
  await page.getByTestId('part-0').press('Enter');
  await expect(prediction).toHaveText('77');
}

async function pressesPen(studio: Studio): Promise<void> {
  const { page } = studio;
  const pad = (await page.getByTestId('drawing-pad').boundingBox())!;
  const input = await page.context().newCDPSession(page);
  const draw = async (force: number) => {
    const at = (share: number) => ({ x: pad.x + pad.width * share, y: pad.y + pad.height / 2 });
    const pen = { pointerType: 'pen' as const, force, button: 'left' as const, buttons: 1 };
    await input.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at(0.2), ...pen, clickCount: 1 });
    for (const share of [0.4, 0.6, 0.8]) {
      await input.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at(share), ...pen });
    }
    await input.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at(0.8), ...pen, buttons: 0 });
    return ink(studio);
  };
  const light = await draw(0.1);
  expect(light).toBeGreaterThan(0);
  await page.getByTestId('clear-drawing').click();
  expect(await draw(0.9)).toBeGreaterThan(2 * light);
}

const shared = shareStart();

test('drawings are saved with a label, and form a test set', async () => {
  const { studio, profile } = shared;
  const { page } = studio;
  const files = () => readdir(join(profile, 'drawings')).catch(() => []);
  await studio.draw([SEVEN]);
  await expect(page.getByTestId('prediction')).toHaveText('7');
  await page.getByTestId('own-digit-7').click();
  await expect(page.getByTestId('own-digit-7')).toHaveAttribute('aria-pressed', 'true');
  // A double click counts once.
  await page.getByTestId('own-digit-7').click();
  await expect.poll(files).toEqual([]);
  await page.getByTestId('own-digit-7').dblclick();
  await expect(page.getByTestId('own-digit-7')).toHaveAttribute('aria-pressed', 'true');
  expect(await files()).toHaveLength(1);
  // Another label replaces the first, and removing the label removes the file.
  await page.getByTestId('own-digit-2').click();
  await expect(page.getByTestId('own-digit-2')).toHaveAttribute('aria-pressed', 'true');
  expect(await files()).toHaveLength(1);
  await page.getByTestId('own-digit-2').click();
  await expect.poll(files).toEqual([]);
  await page.getByTestId('own-digit-7').click();
  await expect.poll(files).toHaveLength(1);
  const [kept] = await files();
  expect(JSON.parse(await readFile(join(profile, 'drawings', kept!), 'utf8'))).toMatchObject({ label: 7 });

  await page.getByTestId('clear-drawing').click();
  await studio.draw([SEVEN]);
  await expect(page.getByTestId('prediction')).toHaveText('7');
  await page.getByTestId('own-digit-1').click();
  await expect(page.getByTestId('own-digit-1')).toHaveAttribute('aria-pressed', 'true');
  expect(await files()).toHaveLength(2);
  await writeFile(join(profile, 'drawings', 'torn.json'), '{"format":"digit-studio-dra');

  expect(await studio.quit()).toBe(0);
  const again = (shared.studio = await Studio.open(profile));
  await again.page.getByTestId('tab-drawings').click();
  await expect(again.page.getByTestId('own-count')).toContainText('2 drawings');
  await expect(again.page.getByText('torn.json was skipped')).toBeVisible();
  await again.page.getByTestId('test-own').click();
  await expect(again.page.getByTestId('own-result')).toHaveText('1 of 2 correct');

  // The wrong label can be corrected after a restart.
  const saved = again.page.getByTestId('own-saved').getByRole('button');
  await expect(saved).toHaveText([/read 7, labelled 1/, /7/]);
  await saved.first().click();
  await again.page.getByTestId('relabel-7').click();
  await expect(saved).toHaveText(['7', '7']);
  await again.page.getByTestId('test-own').click();
  await expect(again.page.getByTestId('own-result')).toHaveText('2 of 2 correct');

  // The results show them like the test set: each can be labelled, pinned, saved as a picture, and deleted there.
  await again.page.getByTestId('explore').click();
  await again.page.getByTestId('results-of-drawings').click();
  const summary = again.page.getByTestId('results-summary');
  await expect(summary).toContainText('The built-in network reads 2 of 2\u00a0saved drawings correctly.');
  await again.page.getByTestId('mistakes').getByRole('button').first().click();
  await expect(again.page.getByTestId('prediction')).toHaveText('7');
  const chosen = again.page.getByTestId('chosen-image');
  await again.page.getByTestId('correct-2').click();
  await expect(chosen).toContainText('labelled 2, read as 7 with');
  await expect(summary).toContainText('reads 1 of 2\u00a0saved drawings correctly.');
  await again.answerSaveDialog(join(profile, 'mine.png'));
  await again.page.getByTestId('save-image').click();
  await expect(again.page.getByTestId('saved-notice')).toContainText('mine.png');
  const picture = PNG.sync.read(await readFile(join(profile, 'mine.png')));
  expect([picture.width, picture.height, picture.data[0]]).toEqual([28, 28, 0]);
  await again.page.getByTestId('pin-image').click();
  await expect(again.page.getByTestId('pin-image')).toHaveAttribute('aria-disabled', 'true');
  expect(await accessibilityFaultsIn(again.page, '[role=tabpanel]')).toEqual([]);
  await again.page.getByTestId('delete-drawing').click();
  await expect(chosen).toHaveCount(0);
  await expect(saved).toHaveCount(1);
  expect((await files()).filter((name) => name !== 'torn.json')).toHaveLength(1);
});

async function readsWhatIsSeen(studio: Studio, profile: string): Promise<void> {
  const { page } = studio;
  const pad = (await page.getByTestId('drawing-pad').boundingBox())!;
  const input = await page.context().newCDPSession(page);
  // A fast pen: few points, sharp corners, and increasing pressure.
  const press = async (type: string, index: number, buttons: number) => {
    const [x, y] = [pad.x + pad.width * (0.15 + 0.17 * (index % 5)), pad.y + pad.height * (index % 2 ? 0.8 : 0.2)];
    const pen = { pointerType: 'pen' as const, force: 0.15 + 0.15 * index, button: 'left' as const, buttons };
    await input.send('Input.dispatchMouseEvent', { type: type as 'mouseMoved', x, y, ...pen, clickCount: 1 });
  };
  const before = await readdir(join(profile, 'drawings')).catch((): string[] => []);
  await press('mousePressed', 0, 1);
  for (let i = 1; i < 5; i++) await press('mouseMoved', i, 1);
  await press('mouseReleased', 4, 0);
  await page.getByTestId('own-digit-3').click();
  await expect(page.getByTestId('own-digit-3')).toHaveAttribute('aria-pressed', 'true');
  const [file] = (await readdir(join(profile, 'drawings'))).filter((name) => !before.includes(name));
  const { strokes } = KeptDrawing.omit({ id: true })
    .loose()
    .parse(JSON.parse(await readFile(join(profile, 'drawings', file!), 'utf8')));
  expect(strokes[0]!.points.length).toBeGreaterThanOrEqual(5);

  const seen = await page.getByTestId('drawing-pad').evaluate(async (canvas: HTMLCanvasElement, side) => {
    await new Promise(requestAnimationFrame);
    const copy = new OffscreenCanvas(side, side).getContext('2d')!;
    copy.drawImage(canvas, 0, 0, side, side);
    const { data } = copy.getImageData(0, 0, side, side);
    return Array.from({ length: side * side }, (_, i) => data[4 * i + 3]!);
  }, PAD_SIDE);
  const { values: read } = rasterize({ strokes });
  const ink = read.filter((value) => value > 127).length;
  const differs = seen.filter((value, i) => value > 127 !== read[i]! > 127).length;
  expect(ink).toBeGreaterThan(3000);
  expect(differs / ink).toBeLessThan(0.02);
}

async function showsPenAndDrop({ page }: Studio): Promise<void> {
  const pad = page.getByTestId('drawing-pad');
  await page.getByTestId('pen-width').fill('40');
  await pad.hover();
  const share = async () => {
    const [cursor, whole] = await Promise.all([page.getByTestId('pen-cursor').boundingBox(), pad.boundingBox()]);
    return cursor!.width / whole!.width;
  };
  expect(await share()).toBeCloseTo(40 / 280, 2);
  await page.getByTestId('clear-drawing').hover();
  await expect(page.getByTestId('pen-cursor')).toHaveCount(0);

  const background = () => pad.locator('..').evaluate((element) => getComputedStyle(element).backgroundColor);
  const before = await background();
  await pad.dispatchEvent('dragover');
  await expect.poll(background).not.toBe(before);
  await pad.dispatchEvent('dragleave');
  await expect.poll(background).toBe(before);
}

test('drawing on the pad works as with a pen', async () => {
  const { studio, profile } = shared;
  const clear = () => studio.page.getByTestId('clear-drawing').click();
  await studio.page.getByTestId('tab-answer').click();
  await test.step('the visible line is the line that is read', () => readsWhatIsSeen(studio, profile));
  await clear();
  await test.step('strokes can be undone, redone, erased, cleared and restored', () => changesStrokes(studio));
  await clear();
  await test.step('a pen that is pressed harder draws a wider line', () => pressesPen(studio));
  await test.step('the cursor is as wide as the pen, and the pad shows where a picture would be dropped', () =>
    showsPenAndDrop(studio));
});
