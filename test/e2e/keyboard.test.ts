import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Device, eventChannel } from '../../src-preload/contract';
import { makeRun } from './make-run';
import { expect, test } from './studio';

test('keys and the menu reach everything in a few steps, even with four runs', async ({ open, folder }) => {
  const [runs, others] = [join(folder, 'runs'), join(folder, 'others & more')];
  await makeRun(runs, 'run-1', '--stop-after-steps', '1');
  for (const run of ['run-2', 'run-3', 'run-4']) await cp(join(runs, 'run-1'), join(runs, run), { recursive: true });
  await cp(join(runs, 'run-1'), join(others, 'run-1'), { recursive: true });
  const studio = await open();
  const { app, page } = studio;
  await studio.chooseFolder(runs);
  await expect(page.getByTestId('run')).toHaveCount(4);

  // From the top, Tab reaches the run's button, "New run" and the pad.
  await page.getByTestId('help').focus();
  const stops = ['help'];
  while (stops.at(-1) !== 'drawing-pad' && stops.length < 30) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.testid ?? ''));
  }
  expect(stops.indexOf('new-run') + 1, stops.join()).toBeLessThan(10);
  expect(stops.indexOf('resume') + 1, stops.join()).toBeLessThan(10);
  expect(stops.length, stops.join()).toBeLessThan(15);

  // F6 goes from pane to pane and returns to the control that had the focus.
  const present = () =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset.pane ?? '');
  expect(await present()).toBe('pad');
  const panes: string[] = [];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press('F6');
    panes.push(await present());
  }
  expect(panes).toEqual(['runs', 'run', 'pad']);
  await expect(page.getByTestId('drawing-pad')).toBeFocused();

  // The help leads to the guide, which needs no internet.
  await studio.chooseInMenu('help');
  await page.getByTestId('show-guide').click();
  await expect(page.getByTestId('guide-dialog')).toContainText('Training a network');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('guide-dialog')).toHaveCount(0);

  // If TensorFlow does not use the graphics card, the header leads to the guide's section about it, as the menu does.
  const device: Device = {
    ...{ backend: 'tensorflow', processor: 'cpu', description: 'CPU · TensorFlow 2.21.0' },
    ...{ hasUnusedGpu: true, problem: null },
  };
  await app.evaluate(
    ({ BrowserWindow }, [channel, event]) => BrowserWindow.getAllWindows()[0]!.webContents.send(channel, event),
    [eventChannel('device'), device] as const,
  );
  await expect(page.getByTestId('device')).toHaveText('CPU · a GPU is there: see Help › Graphics Card');
  const heading = page.getByTestId('guide-dialog').getByRole('heading', { name: 'Graphics card' });
  for (const open of [
    () => page.getByTestId('device').getByRole('button').click(),
    () => studio.chooseInMenu('graphicsCard'),
  ]) {
    await open();
    await expect(heading).toBeFocused();
    await expect(heading).toBeInViewport();
    await page.keyboard.press('Escape');
    await expect(heading).toHaveCount(0);
  }

  // The menu lists a folder that was used before, until the list is cleared.
  await studio.chooseFolder(others);
  await page.getByTestId('open-run').filter({ hasText: 'run-1' }).waitFor();
  const recent = () =>
    app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()!
        .getMenuItemById('recentFolders')!
        .submenu!.items.flatMap(({ type, label }) => (type === 'separator' ? [] : [label])),
    );
  const choose = (id: string) =>
    app.evaluate(({ Menu }, item) => {
      Menu.getApplicationMenu()?.getMenuItemById(item)?.click();
    }, id);
  expect(await recent()).toEqual([runs, 'Clear']);
  await choose('recentFolder-0');
  await page.getByTestId('folder-path').filter({ hasText: runs }).waitFor();
  expect(await recent()).toEqual([others.replace('&', '&&'), 'Clear']);
  await choose('clearRecentFolders');
  expect(await recent()).toEqual(['Clear']);
  await page.getByTestId('folder-menu').click();
  await expect(page.getByTestId('open-folder')).toBeVisible();
  await expect(page.getByTestId('recent-folder-0')).toHaveCount(0);
});
