import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessibilityFaultsIn } from './appearance';
import { type Studio, expect, test } from './studio';

/** The names that tests and assistive scripts rely on. */
const NAMES = [
  ...['choose-folder', 'folder-path', 'start', 'new-run', 'run-state', 'new-samples', 'drawing-pad', 'clear-drawing'],
  ...['undo-stroke', 'prediction', 'pad-preview', 'device'],
  ...Array.from({ length: 6 }, (_, i) => `sample-${i}`),
];
/** Those that are visible once something is drawn. */
const BARS = Array.from({ length: 10 }, (_, i) => `probability-${i}`);
const SEVEN: [number, number][][] = [
  [
    [0.3, 0.2],
    [0.7, 0.2],
    [0.45, 0.8],
  ],
  [
    [0.4, 0.5],
    [0.65, 0.5],
  ],
];

/** Axe's findings in light and dark mode. */
async function violationsIn({ page }: Studio): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(...(await accessibilityFaultsIn(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return found;
}

test('the first start and the second', async ({ open, folder }) => {
  const studio = await open();
  const { app, page } = studio;
  const prediction = page.getByTestId('prediction');

  await test.step('the built-in network answers, and everything is present', async () => {
    for (const name of NAMES) await expect(page.getByTestId(name), name).toBeVisible();
    for (const name of BARS) await expect(page.getByTestId(name), name).toBeHidden();
    await expect(page.getByTestId('pad-hint')).toHaveText('Draw a digit here');
    const pad = await page.getByTestId('drawing-pad').boundingBox();
    const room = await page.locator('[data-pane=pad]').boundingBox();
    // As large as the answer beside it and the tools below it allow.
    expect(Math.max(pad!.width / (room!.width - 320), pad!.height / (room!.height - 95))).toBeGreaterThan(0.97);
    expect(pad!.height / room!.height).toBeGreaterThan(0.6);
    await expect(page.getByTestId('device')).toContainText('TensorFlow 2.');
    await expect(page.getByTestId('error-banner')).toHaveCount(0);
    await expect(page.getByTestId('start')).toBeEnabled();
    // Nothing is shown that would be empty.
    for (const name of ['run-progress', 'loss-chart', 'log']) await expect(page.getByTestId(name)).toHaveCount(0);
    await expect(page.getByTestId('model')).toContainText(/99\.\d%\son MNIST, 9\d\.\d%\son pen drawings/);
    await expect(page.getByTestId('sample-0')).toContainText('Ground Truth: ');
    expect(await violationsIn(studio)).toEqual([]);
  });

  await test.step('a disabled button is not highlighted; a drawing is read, and its strokes are undone', async () => {
    const clear = page.getByTestId('clear-drawing');
    const background = () => clear.evaluate((button) => getComputedStyle(button).backgroundColor);
    await expect(clear).toBeDisabled();
    const resting = await background();
    await clear.hover();
    expect(await background()).toBe(resting);

    await expect(prediction).toHaveText('–');
    await studio.draw(SEVEN);
    await expect(prediction).toHaveText('7');
    await clear.hover();
    expect(await background()).not.toBe(resting);
    for (const name of BARS) await expect(page.getByTestId(name), name).toBeVisible();
    await expect(page.getByTestId('pad-hint')).toHaveCount(0);
    await expect(page.getByTestId('probability-7')).toHaveAttribute('aria-valuenow', /^[5-9]\d|100$/);
    // The bar of the answer is as long as the others.
    const widths = await page
      .locator('[data-testid^=probability-]')
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    expect(widths).toHaveLength(10);
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(0.5);
    await page.getByTestId('undo-stroke').click();
    await expect(prediction).toHaveText('7');
    await page.getByTestId('undo-stroke').click();
    await expect(prediction).toHaveText('–');
  });

  await test.step('a digit can be drawn with the keyboard', async () => {
    await page.getByTestId('drawing-pad').focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(prediction).toHaveText(/\d/);
    await page.getByTestId('clear-drawing').click();
    await expect(prediction).toHaveText('–');
  });

  await test.step('other samples are shown', async () => {
    const first = await page.getByTestId('sample-0').getAttribute('title');
    await page.getByTestId('new-samples').click();
    await expect(page.getByTestId('sample-0')).not.toHaveAttribute('title', first!);
  });

  await test.step('a second start with the same profile exits at once, and this window stays', async () => {
    const second = spawn(studio.process.spawnfile, studio.process.spawnargs.slice(1));
    expect((await once(second, 'exit'))[0]).toBe(0);
    await expect(page.getByTestId('device')).toBeVisible();
  });

  await studio.chooseFolder(folder);
  await test.step('nothing is cut off at any window size', async () => {
    for (const [width, height] of [
      [1024, 640],
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await studio.resize({ width, height });
      const outside = await page.evaluate(() => {
        const root = document.documentElement;
        const scrolls = root.scrollWidth > innerWidth || root.scrollHeight > innerHeight;
        const buttons = [...document.querySelectorAll<HTMLElement>('button, [data-testid=drawing-pad], [role=meter]')];
        const cut = buttons.filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < 0 || right > innerWidth || element.scrollWidth > element.clientWidth + 1;
        });
        return { scrolls, cut: cut.map((element) => element.outerHTML) };
      });
      expect(outside, String(width)).toEqual({ scrolls: false, cut: [] });
      await expect(page.getByTestId('probability-9')).toBeInViewport();
      await expect(page.getByTestId('start')).toBeInViewport();
    }
    await studio.resize({ width: 1280, height: 800 });
  });

  await test.step('invalid settings are explained beside the field', async () => {
    await studio.openNewRun();
    await expect(page.getByTestId('start')).toBeEnabled();
    for (const [setting, value, words] of [
      ['epochs', '0', 'Whole number, 1 to 10,000'],
      ['batchSize', '1.5', 'Whole number, 1 to 10,000'],
      ['learningRate', '-1', 'Number above 0, up to 10'],
      ['momentum', '1', 'Number from 0 to below 1'],
      ['seed', '', 'Whole number, 0 to 4,294,967,295'],
    ] as const) {
      const field = page.getByTestId(`setting-${setting}`);
      const good = await field.inputValue();
      await field.fill(value);
      await expect(page.getByText(words)).toBeVisible();
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(page.getByTestId('start')).toBeDisabled();
      await field.fill(good);
      await expect(page.getByText(words)).toHaveCount(0);
    }
    await expect(page.getByTestId('start')).toBeEnabled();
    await studio.closeNewRun();
  });

  await test.step('axe finds nothing while a run is paused', async () => {
    await studio.start();
    await expect(page.getByTestId('log')).toContainText('[640/60000');
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');
    expect(await violationsIn(studio)).toEqual([]);
  });

  await test.step('the key with the equals sign zooms in without Shift', async () => {
    const width = await page.evaluate(() => innerWidth);
    await app.evaluate(({ Menu, BrowserWindow }) => {
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
      const window = BrowserWindow.getAllWindows()[0]!;
      items.find(({ accelerator }) => accelerator === 'CmdOrCtrl+=')?.click(undefined, window, window.webContents);
    });
    await expect.poll(() => page.evaluate(() => innerWidth)).toBeLessThan(width);
    await app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]!.webContents.setZoomFactor(1);
    });
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
  });

  await test.step('folder, settings, pen and window size are remembered', async () => {
    await studio.set('epochs', 7);
    await studio.set('learningRate', 0.05);
    await studio.openNewRun();
    await page.getByTestId('setting-augmentation').check();
    await studio.closeNewRun();
    await page.getByTestId('pen-width').fill('40');
    await studio.resize({ width: 1111, height: 777 });
    expect(await studio.quit()).toBe(0);

    const again = await open();
    await expect(again.page.getByTestId('folder-path')).toContainText(folder);
    await expect(again.page.getByTestId('pen-width')).toHaveValue('40');
    await again.openNewRun();
    await expect(again.page.getByTestId('setting-epochs')).toHaveValue('7');
    await expect(again.page.getByTestId('setting-learningRate')).toHaveValue('0.05');
    await expect(again.page.getByTestId('setting-augmentation')).toBeChecked();
    await expect.poll(() => again.page.evaluate(() => [innerWidth, innerHeight])).toEqual([1111, 777]);
  });
});
