import { readFile, readdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Studio, expect, test } from './studio';

test('a profile with damaged settings is used and reported, and stores everything that is remembered', async ({
  open,
  profile,
  folder,
}) => {
  const damaged = JSON.stringify({ folder, config: { epochs: -3, batchSize: 128 }, window: 'large' });
  await writeFile(join(profile, 'settings.json'), damaged);
  const usual = process.env.XDG_CONFIG_HOME;
  process.env.XDG_CONFIG_HOME = folder;
  let studio: Studio;
  try {
    studio = await open();
  } finally {
    if (usual === undefined) delete process.env.XDG_CONFIG_HOME;
    else process.env.XDG_CONFIG_HOME = usual;
  }
  const { page } = studio;

  await test.step('valid settings are kept, and a notice names the original file', async () => {
    await expect(page.getByTestId('folder-path')).toContainText(folder);
    await studio.openNewRun();
    await expect(page.getByTestId('setting-epochs')).toHaveValue('3');
    await expect(page.getByTestId('setting-batchSize')).toHaveValue('128');
    await studio.closeNewRun();
    const [aside] = (await readdir(profile)).filter((name) => name.startsWith('settings.damaged-'));
    const notice = page.getByTestId('notice-banner');
    await expect(notice).toContainText(`Some settings in ${join(profile, 'settings.json')} could not be used`);
    await expect(notice).toContainText(aside!);
    expect(await readFile(join(profile, aside!), 'utf8')).toBe(damaged);
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    await expect(notice).toHaveCount(0);
  });

  await test.step('the diagnostics contain versions, settings and the log, but no drawing and no user name', async () => {
    await studio.start();
    await expect(page.getByTestId('log')).toContainText('[1280/60000');
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');
    await studio.draw([
      [
        [0.5, 0.2],
        [0.5, 0.8],
      ],
    ]);
    await expect(page.getByTestId('probability-1')).not.toHaveAttribute('aria-valuenow', '0');
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
      /\nMemory: \d+ MB of \d+ MB free; Digit Studio uses \d{3,4} MB\n/,
      /\nDataset: MNIST, 60000 and 10000 images\n/,
      /\nRun: run-1, paused\n/,
      /\nSettings: {"epochs":3,"batchSize":128,/,
      /\[info\] +run-1: running at step 0 of 1407\n/,
      /\[info\] +run-1: paused at step \d+ of 1407$/,
    ]) {
      expect(text).toMatch(words);
    }
    expect(text).toContain(`\nFolder for runs: ${folder}\n`);
    expect(text).not.toContain(homedir());
    expect(text).not.toMatch(/strokes|pixels|points/);

    await studio.chooseInMenu('showLog');
    expect(await readFile((await noted('shown'))!, 'utf8')).toContain('run-1: paused');
  });

  await test.step('everything is in the folder that --user-data-dir names', async () => {
    expect(await studio.quit()).toBe(0);
    expect(await readdir(folder)).not.toContain('Digit Studio');
    expect(await readdir(profile)).toEqual(expect.arrayContaining(['settings.json', 'logs']));
  });
});
