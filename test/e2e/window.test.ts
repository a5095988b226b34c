import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './studio';

/** The names that tests and assistive scripts rely on. */
const NAMES = [
  ...['choose-folder', 'folder-path', 'start', 'new-run', 'run-state', 'new-samples', 'drawing-pad', 'clear-drawing'],
  ...['undo-stroke', 'prediction', 'pad-preview', 'device'],
  ...Array.from({ length: 6 }, (_, i) => `sample-${i}`),
];
/** Of those, the ones that are seen once something is drawn. */
const BARS = Array.from({ length: 10 }, (_, i) => `probability-${i}`);

test('at the first start the bundled model answers, and everything is there', async ({ open }) => {
  const studio = await open();
  const { page } = studio;
  for (const name of NAMES) await expect(page.getByTestId(name), name).toBeVisible();
  for (const name of BARS) await expect(page.getByTestId(name), name).toBeHidden();
  await expect(page.getByTestId('pad-hint')).toHaveText('Draw a digit here');
  const pad = await page.getByTestId('drawing-pad').boundingBox();
  const room = await page.locator('[data-pane=pad]').boundingBox();
  // As large as the answer beside it, or the tools below it, leave room for.
  expect(Math.max(pad!.width / (room!.width - 320), pad!.height / (room!.height - 95))).toBeGreaterThan(0.97);
  expect(pad!.height / room!.height).toBeGreaterThan(0.6);
  await expect(page.getByTestId('device')).toContainText('TensorFlow 2.');
  await expect(page.getByTestId('error-banner')).toHaveCount(0);
  await expect(page.getByTestId('start')).toBeEnabled();
  // Nothing that would be empty.
  for (const name of ['run-progress', 'loss-chart', 'log']) await expect(page.getByTestId(name)).toHaveCount(0);
  await expect(page.getByTestId('model')).toContainText(/99\.\d\s%\son MNIST, 9\d\.\d\s%\swith a pen/);
  await expect(page.getByTestId('sample-0')).toContainText('Ground Truth: ');

  await expect(page.getByTestId('prediction')).toHaveText('–');
  await studio.draw([
    [
      [0.3, 0.2],
      [0.7, 0.2],
      [0.45, 0.8],
    ],
    [
      [0.4, 0.5],
      [0.65, 0.5],
    ],
  ]);
  await expect(page.getByTestId('prediction')).toHaveText('7');
  for (const name of BARS) await expect(page.getByTestId(name), name).toBeVisible();
  await expect(page.getByTestId('pad-hint')).toHaveCount(0);
  await expect(page.getByTestId('probability-7')).toHaveAttribute('aria-valuenow', /^[5-9]\d|100$/);
  await page.getByTestId('undo-stroke').click();
  await expect(page.getByTestId('prediction')).toHaveText('7');
  await page.getByTestId('undo-stroke').click();
  await expect(page.getByTestId('prediction')).toHaveText('–');

  const first = await page.getByTestId('sample-0').getAttribute('title');
  await page.getByTestId('new-samples').click();
  await expect(page.getByTestId('sample-0')).not.toHaveAttribute('title', first!);
});

test('the winning bar is as long as the others, and a disabled button does not light up', async ({ open }) => {
  const studio = await open();
  const { page } = studio;
  const clear = page.getByTestId('clear-drawing');
  const background = () => clear.evaluate((button) => getComputedStyle(button).backgroundColor);
  await expect(clear).toBeDisabled();
  const resting = await background();
  await clear.hover();
  expect(await background()).toBe(resting);

  await studio.draw([
    [
      [0.5, 0.2],
      [0.5, 0.8],
    ],
  ]);
  await expect(page.getByTestId('prediction')).toHaveText('1');
  await clear.hover();
  expect(await background()).not.toBe(resting);
  const widths = await page
    .locator('[data-testid^=probability-]')
    .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
  expect(widths).toHaveLength(10);
  expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(0.5);
});

test('impossible settings are refused at the field, in words', async ({ open, folder }) => {
  const studio = await open();
  const { page } = studio;
  await studio.chooseFolder(folder);
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
});

test('folder, settings and window size are remembered', async ({ open, folder }) => {
  const studio = await open();
  await studio.chooseFolder(folder);
  await studio.set('epochs', 7);
  await studio.set('learningRate', 0.05);
  await studio.openNewRun();
  await studio.page.getByTestId('setting-augmentation').check();
  await studio.closeNewRun();
  await studio.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.setContentSize(1111, 777);
  });
  await expect.poll(() => studio.page.evaluate(() => [innerWidth, innerHeight])).toEqual([1111, 777]);
  expect(await studio.quit()).toBe(0);

  const again = await open();
  await expect(again.page.getByTestId('folder-path')).toContainText(folder);
  await again.openNewRun();
  await expect(again.page.getByTestId('setting-epochs')).toHaveValue('7');
  await expect(again.page.getByTestId('setting-learningRate')).toHaveValue('0.05');
  await expect(again.page.getByTestId('setting-augmentation')).toBeChecked();
  await expect.poll(() => again.page.evaluate(() => [innerWidth, innerHeight])).toEqual([1111, 777]);
});

test.describe('accessibility', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing in ${colorScheme} mode, idle and paused`, async ({ open, folder }) => {
      const studio = await open();
      await studio.page.emulateMedia({ colorScheme });
      const violations = async () => {
        const { violations } = await new AxeBuilder({ page: studio.page }).setLegacyMode(true).analyze();
        return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      };
      expect(await violations()).toEqual([]);
      await studio.chooseFolder(folder);
      await studio.start();
      await expect(studio.page.getByTestId('log')).toContainText('[640/60000');
      await studio.page.getByTestId('pause').click();
      await expect(studio.runState).toHaveText('paused');
      expect(await violations()).toEqual([]);
    });
  }

  test('a digit can be drawn with the keyboard', async ({ open }) => {
    const { page } = await open();
    await page.getByTestId('drawing-pad').focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect(page.getByTestId('prediction')).toHaveText(/\d/);
  });
});

for (const [width, height] of [
  [1024, 640],
  [1280, 800],
  [1920, 1080],
] as const) {
  test(`nothing is cut off at ${width} x ${height}`, async ({ open, folder }) => {
    const studio = await open();
    await studio.app.evaluate(
      ({ BrowserWindow }, size) => {
        BrowserWindow.getAllWindows()[0]!.setContentSize(...size);
      },
      [width, height] as [number, number],
    );
    await expect.poll(() => studio.page.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
    await studio.chooseFolder(folder);
    const outside = await studio.page.evaluate(() => {
      const page = document.documentElement;
      const scrolls = page.scrollWidth > innerWidth || page.scrollHeight > innerHeight;
      const buttons = [...document.querySelectorAll<HTMLElement>('button, [data-testid=drawing-pad], [role=meter]')];
      const cut = buttons.filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        return left < 0 || right > innerWidth || element.scrollWidth > element.clientWidth + 1;
      });
      return { scrolls, cut: cut.map((element) => element.outerHTML) };
    });
    expect(outside).toEqual({ scrolls: false, cut: [] });
    await expect(studio.page.getByTestId('probability-9')).toBeInViewport();
    await expect(studio.page.getByTestId('start')).toBeInViewport();
  });
}
