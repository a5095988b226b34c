/** Enlarged text in a small window. */
import { makeRun } from './make-run';
import { type Studio, expect, test } from './studio';

const SIZES = [
  { width: 1024, height: 640, percent: 120 },
  // Four times "Zoom In".
  { width: 1024, height: 640, percent: 144 },
  { width: 1024, height: 640, percent: 200 },
  { width: 1280, height: 800, percent: 200 },
];

async function resize({ app, page }: Studio, size: (typeof SIZES)[number]): Promise<void> {
  await app.evaluate(({ BrowserWindow }, { width, height, percent }) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    window.setContentSize(width, height);
    window.webContents.setZoomFactor(percent / 100);
  }, size);
  const width = Math.round((size.width * 100) / size.percent);
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
}

test('with enlarged text the log keeps its height, and everything stays in reach', async ({ open, folder }) => {
  // A log much longer than the window is high.
  await makeRun(folder, 'run-1', '--log-interval', '1', '--stop-after-steps', '200');
  const studio = await open();
  const { page } = studio;
  await studio.chooseFolder(folder);
  await expect(page.getByTestId('log')).toContainText('[12736/60000');
  for (const size of SIZES) {
    const at = JSON.stringify(size);
    await resize(studio, size);
    const found = await page.evaluate(() => ({
      page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
      window: [innerWidth, innerHeight],
      log: document.querySelector('[data-testid=log]')!.clientHeight,
    }));
    expect(found.page, at).toEqual(found.window);
    expect(found.log, at).toBeGreaterThan(90);
    expect(found.log, at).toBeLessThan(400);
    // The controls of the size before were scrolled to.
    await page.getByTestId('drawing-pad').scrollIntoViewIfNeeded();
    await expect(page.getByTestId('drawing-pad'), at).toBeInViewport({ ratio: 0.9 });

    const outOfReach = await page.locator('button, input, [role=log]').evaluateAll((controls) =>
      controls.flatMap((control) => {
        if (!control.checkVisibility()) return [];
        control.scrollIntoView({ block: 'nearest' });
        const { left, right, top, bottom } = control.getBoundingClientRect();
        // Sizes in fractions of pixels are rounded here and there.
        const inWindow = left > -2 && right < innerWidth + 2 && top > -2 && bottom < innerHeight + 2;
        return inWindow ? [] : [`${control.outerHTML.slice(0, 150)} ${left} ${top} ${right} ${bottom}`];
      }),
    );
    expect(outOfReach, at).toEqual([]);
  }
});

test('the key with the equals sign zooms in without Shift', async ({ open }) => {
  const { app, page } = await open();
  const width = await page.evaluate(() => innerWidth);
  await app.evaluate(({ Menu, BrowserWindow }) => {
    const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
    const window = BrowserWindow.getAllWindows()[0]!;
    items.find(({ accelerator }) => accelerator === 'CmdOrCtrl+=')?.click(undefined, window, window.webContents);
  });
  await expect.poll(() => page.evaluate(() => innerWidth)).toBeLessThan(width);
});
