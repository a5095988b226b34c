import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builtCli } from '../built-cli';
import { makeRun } from './make-run';
import { ROOT, expect, test } from './studio';
import { writeSmallDataset } from '../unit/src-main/small-dataset';

test('a folder that disappears pauses the run; closing the window does not lose it, and another folder takes it over', async ({
  open,
  folder,
}) => {
  const studio = await open();
  const { app, page } = studio;
  const [first, second] = [join(folder, 'first'), join(folder, 'second')];
  await mkdir(first);
  await mkdir(second);
  await studio.chooseFolder(first);
  await studio.start();
  await expect(page.getByTestId('log')).toContainText('[1280/60000');
  await rename(first, join(folder, 'gone'));
  await expect(page.getByTestId('error-banner')).toContainText(/could not be written.*Nothing is lost/);
  await expect(studio.runState).toHaveText('paused');
  const step = await page.getByTestId('run-progress').getAttribute('aria-valuenow');

  // Closing asks; the person chooses "Go back".
  await app.evaluate(({ dialog, BrowserWindow }) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = ((_window: unknown, options: { message: string }) => {
      asked.push(options.message);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
    BrowserWindow.getAllWindows()[0]!.close();
  });
  const asked = () => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
  await expect.poll(asked).toEqual(['Quit without saving the run?']);

  await studio.answerFolderDialog(second);
  await page
    .getByTestId('error-banner')
    .getByRole('button', { name: /folder/i })
    .click();
  await expect(page.getByTestId('folder-path')).toContainText(second);
  await expect(page.getByTestId('error-banner')).toHaveCount(0);
  await expect(studio.runState).toHaveText('paused');
  await expect(page.getByTestId('run-progress')).toHaveAttribute('aria-valuenow', step!);
  expect((await readdir(join(second, 'run-1'))).filter((name) => name.startsWith('step-'))).toHaveLength(1);
  await page.getByTestId('resume').click();
  await expect(studio.runState).toHaveText('running');
  await expect(page.getByTestId('log')).toContainText('[3200/60000');
  // Closing no longer asks.
  expect(await studio.quit()).toBe(0);
});

test('a missing folder, a damaged checkpoint, and a run that the command line trains are reported', async ({
  open,
  folder,
  profile,
}) => {
  const [gone, checkpoints] = [join(folder, 'gone'), join(folder, 'checkpoints')];
  await writeFile(join(profile, 'settings.json'), JSON.stringify({ folder: gone }));
  await makeRun(checkpoints, 'run-1');
  await writeFile(join(checkpoints, 'run-1', 'step-00000040', 'model.safetensors'), 'damaged');
  const studio = await open();
  const { page } = studio;
  const banner = page.getByTestId('error-banner');

  await test.step('the last folder is gone, and another one can be chosen', async () => {
    await expect(banner).toContainText(`${gone}, cannot be used: no such file`);
    await studio.answerFolderDialog(checkpoints);
    await page.getByTestId('choose-folder').click();
    await expect(page.getByTestId('folder-path')).toContainText(checkpoints);
  });

  await test.step('the newest checkpoint is damaged, and the newest intact one is used', async () => {
    await expect(studio.runState).toHaveText('paused');
    await expect(banner).toContainText('step-00000040/model.safetensors is damaged');
    await expect(banner).toContainText('The newest intact checkpoint');
    await page.getByTestId('resume').click();
    await expect(studio.runState).toHaveText('running');
    await expect(page.getByTestId('log')).toContainText('[2560/60000');
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');
  });

  await test.step('a run that the command line trains is shown, and Resume says who has it open', async () => {
    const shared = join(folder, 'shared');
    const options = ['train', '--checkpoints', shared, '--run', 'mine', '--epochs', '100'];
    const trainer = spawn(process.execPath, [await builtCli(), ...options]);
    const ended = new Promise((resolve) => trainer.once('exit', resolve));
    try {
      await expect.poll(async () => (await readdir(join(shared, 'mine')).catch(() => [])).join()).toContain('step-');
      await studio.chooseFolder(shared);
      await expect(page.getByTestId('open-run')).toHaveText('mine');
      await page.getByTestId('resume').click();
      await expect(banner).toContainText(`mine is open in the command line (process ${trainer.pid}, since `);

      // Another run may be trained in the same folder meanwhile.
      await studio.start();
      await expect(page.getByTestId('log')).toContainText('[640/60000');
      await page.getByTestId('pause').click();
      await expect(studio.runState).toHaveText('paused');
      expect((await readdir(shared)).sort()).toEqual(['.digit-studio.json', 'mine', 'run-1']);
    } finally {
      trainer.kill('SIGINT');
      await ended;
    }
  });
});

test('an unusable data folder is refused with a reason; a dark-on-light one is inverted and trained on', async ({
  open,
  folder,
}) => {
  const studio = await open();
  const { page } = studio;
  await studio.answerFolderDialog(folder);
  await studio.openNewRun();
  await page.getByTestId('choose-data').click();
  await expect(page.getByTestId('error-banner')).toContainText('contains no dataset that can be read');
  await expect(page.getByTestId('dataset')).toContainText('MNIST');

  // Dark-on-light images are loaded, doubted, and inverted on request; the next start remembers this.
  const dark = join(folder, 'dark-on-light');
  await writeSmallDataset(dark, (value) => 255 - value);
  await studio.answerFolderDialog(dark);
  await page.getByTestId('choose-data').click();
  await expect(page.getByTestId('data-doubt')).toContainText('The images seem to be inverted. Of 200');
  await page.getByTestId('use-remedy').click();
  await expect(page.getByTestId('images-used')).toContainText('Images are inverted.');
  await expect(page.getByTestId('data-doubt')).toHaveCount(0);
  expect(await studio.quit()).toBe(0);
  const studioAgain = await open();
  const again = studioAgain.page;
  await studioAgain.openNewRun();
  await expect(again.getByTestId('images-used')).toContainText('Images are inverted.');

  // Another dataset, from the Debian package dataset-fashion-mnist, which set-up installs if possible.
  const fashion = '/usr/share/datasets/fashion-mnist';
  test.skip(!existsSync(fashion), 'there is no Fashion-MNIST on this system');
  await again.getByTestId('use-bundled-data').click();
  await studioAgain.answerFolderDialog(fashion);
  await again.getByTestId('choose-data').click();
  await expect(again.getByTestId('dataset')).toContainText('fashion-mnist');
  await studioAgain.closeNewRun();
  await studioAgain.chooseFolder(folder);
  await studioAgain.start();
  await expect(again.getByTestId('log')).toContainText('[640/60000');
});

test('without the native library the window opens, says so, and trains in WebAssembly', async ({ open, folder }) => {
  // A copy of the application whose native library is replaced by another file.
  const application = join(folder, 'application');
  await mkdir(join(application, 'node_modules/@tensorflow'), { recursive: true });
  for (const name of ['out', 'resources']) await cp(join(ROOT, name), join(application, name), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(application, 'package.json'));
  const modules = join(ROOT, 'node_modules');
  for (const name of await readdir(modules)) {
    if (name !== '@tensorflow') await symlink(join(modules, name), join(application, 'node_modules', name));
  }
  for (const name of await readdir(join(modules, '@tensorflow'))) {
    const [from, to] = [join(modules, '@tensorflow', name), join(application, 'node_modules/@tensorflow', name)];
    if (name !== 'tfjs-node-gpu') await symlink(from, to);
    else await cp(from, to, { recursive: true, filter: (path) => !/tfjs-node-gpu\/(deps|lib)(\/|$)/.test(path) });
  }
  const library = join(application, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8');
  await mkdir(library, { recursive: true });
  await writeFile(join(library, 'tfjs_binding.node'), 'no library');

  const studio = await open(application);
  const { page } = studio;
  await expect(page.getByTestId('device')).toContainText('CPU · WebAssembly');
  await expect(page.getByTestId('notice-banner')).toContainText(/native library cannot be loaded.*npm start/);
  const checkpoints = join(folder, 'checkpoints');
  await mkdir(checkpoints);
  await studio.chooseFolder(checkpoints);
  await studio.draw([
    [
      [0.5, 0.2],
      [0.5, 0.8],
    ],
  ]);
  await expect(page.getByTestId('prediction')).toHaveText('1');
  await studio.start();
  await expect(page.getByTestId('log')).toContainText('Train Epoch: 1 [640/60000');
  await page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
});
