import { readFile, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './studio';

test('settings of which some are damaged: the right ones hold, and a notice names the file that was kept', async ({
  open,
  profile,
  folder,
}) => {
  const damaged = JSON.stringify({ folder, config: { epochs: -3, batchSize: 32 }, window: 'large' });
  await writeFile(join(profile, 'settings.json'), damaged);
  const studio = await open();
  const { page } = studio;
  await expect(page.getByTestId('folder-path')).toContainText(folder);
  await studio.openNewRun();
  await expect(page.getByTestId('setting-epochs')).toHaveValue('3');
  await expect(page.getByTestId('setting-batchSize')).toHaveValue('32');
  await studio.closeNewRun();
  const [aside] = (await readdir(profile)).filter((name) => name.startsWith('settings.damaged-'));
  const notice = page.getByTestId('notice-banner');
  await expect(notice).toContainText(`Some settings in ${join(profile, 'settings.json')} could not be used`);
  await expect(notice).toContainText(aside!);
  expect(await readFile(join(profile, aside!), 'utf8')).toBe(damaged);
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
});

test('a settings file that was cut off is kept aside and named, and the next start finds new ones', async ({
  open,
  profile,
}) => {
  await writeFile(join(profile, 'settings.json'), '{"config":{"epochs":7},"fold');
  const studio = await open();
  await expect(studio.page.getByTestId('notice-banner')).toContainText(
    /could not be read \(the file is damaged\).*kept beside it as settings\.damaged-\d+\.json/,
  );
  await studio.openNewRun();
  await expect(studio.page.getByTestId('setting-epochs')).toHaveValue('3');
  await studio.page.getByTestId('setting-epochs').fill('5');
  await studio.page.getByTestId('setting-epochs').blur();
  expect(await studio.quit()).toBe(0);
  const again = await open();
  await again.openNewRun();
  await expect(again.page.getByTestId('setting-epochs')).toHaveValue('5');
  await expect(again.page.getByTestId('notice-banner')).toHaveCount(0);
});

test('everything that the application remembers is in the folder that --user-data-dir names', async ({
  open,
  profile,
  folder,
}) => {
  const usual = process.env.XDG_CONFIG_HOME;
  process.env.XDG_CONFIG_HOME = folder;
  try {
    const studio = await open();
    await studio.set('epochs', 5);
    expect(await studio.quit()).toBe(0);
  } finally {
    if (usual === undefined) delete process.env.XDG_CONFIG_HOME;
    else process.env.XDG_CONFIG_HOME = usual;
  }
  expect(await readdir(folder)).not.toContain('Digit Studio');
  expect(await readdir(profile)).toEqual(expect.arrayContaining(['settings.json', 'logs']));
});

test('the diagnostics can be copied: versions, settings and the log, but no drawing and no name of the user', async ({
  open,
  folder,
}) => {
  const studio = await open();
  const { page } = studio;
  await studio.chooseFolder(folder);
  await studio.set('batchSize', 128);
  await studio.start();
  await expect(page.getByTestId('log')).toContainText('[1280/60000');
  await studio.draw([
    [
      [0.5, 0.2],
      [0.5, 0.8],
    ],
  ]);
  await expect(page.getByTestId('probability-1')).not.toHaveAttribute('aria-valuenow', '0');
  await page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');

  await studio.app.evaluate(({ dialog, shell }) => {
    dialog.showMessageBox = ((_window: unknown, { detail }: Electron.MessageBoxOptions) => {
      Object.assign(globalThis, { told: detail });
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
    shell.showItemInFolder = (path) => Object.assign(globalThis, { shown: path });
  });
  const noted = (name: string) =>
    studio.app.evaluate((_electron, key) => (globalThis as unknown as Record<string, string>)[key], name);

  await studio.chooseInMenu('copyDiagnostics');
  await expect.poll(() => noted('told')).toContain('They contain no drawings');
  const text = await studio.app.evaluate(({ clipboard }) => clipboard.readText());
  for (const words of [
    /^Digit Studio \d+\.\d+\.\d+ \(from its sources\), Electron \d+/,
    /\nDevice: CPU · TensorFlow 2\./,
    /\nMemory: \d+ MB of \d+ MB free; Digit Studio has \d{3,4} MB\n/,
    /\nDataset: MNIST, 60000 and 10000 images\n/,
    /\nRun: run-1, paused\n/,
    /\nSettings: {"epochs":3,"batchSize":128,/,
    /\[info\] +run-1: running at step 0 of 1407\n/,
    /\[info\] +run-1: paused at step \d+ of 1407$/,
  ]) {
    expect(text).toMatch(words);
  }
  expect(text).toContain(`\nCheckpoint folder: ${folder}\n`);
  expect(text).not.toContain(homedir());
  expect(text).not.toMatch(/strokes|pixels|points/);

  await studio.chooseInMenu('showLog');
  expect(await readFile((await noted('shown'))!, 'utf8')).toContain('run-1: paused');
});
