import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, expect, test } from './studio';
import { writeSmallDataset } from '../unit/src-main/small-dataset';

test('a folder that goes away pauses the run with a message; another folder takes it on', async ({ open, folder }) => {
  const studio = await open();
  const { page } = studio;
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
  await expect(page.getByTestId('log')).toContainText('[6400/60000');
});

test('a run that cannot be saved is not lost by closing the window without a question', async ({ open, folder }) => {
  const studio = await open();
  const checkpoints = join(folder, 'checkpoints');
  await mkdir(checkpoints);
  await studio.chooseFolder(checkpoints);
  await studio.start();
  await expect(studio.page.getByTestId('log')).toContainText('[1280/60000');
  await rename(checkpoints, join(folder, 'gone'));
  await expect(studio.page.getByTestId('error-banner')).toContainText('could not be written');
  // The person chooses "Go back".
  await studio.app.evaluate(({ dialog, BrowserWindow }) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = ((_window: unknown, options: { message: string }) => {
      asked.push(options.message);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as unknown as typeof dialog.showMessageBox;
    BrowserWindow.getAllWindows()[0]!.close();
  });
  await expect
    .poll(() => studio.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked))
    .toEqual(['The run could not be saved']);
  // With the folder back, the window closes by itself.
  await rename(join(folder, 'gone'), checkpoints);
  expect(await studio.quit()).toBe(0);
  expect((await readdir(join(checkpoints, 'run-1'))).length).toBeGreaterThan(0);
});

test('a damaged newest checkpoint is named, and the newest intact one used', async ({ open, folder }) => {
  const studio = await open();
  await studio.chooseFolder(folder);
  await studio.start();
  await expect(studio.page.getByTestId('log')).toContainText('[2560/60000');
  await studio.page.getByTestId('pause').click();
  await expect(studio.runState).toHaveText('paused');
  expect(await studio.quit()).toBe(0);
  const [newest] = (await readdir(join(folder, 'run-1'))).sort().reverse();
  await writeFile(join(folder, 'run-1', newest!, 'model.safetensors'), 'damaged');

  const again = await open();
  await expect(again.runState).toHaveText('paused');
  const banner = again.page.getByTestId('error-banner');
  await expect(banner).toContainText(`${newest!}/model.safetensors is damaged`);
  await expect(banner).toContainText('The newest intact checkpoint');
  await again.page.getByTestId('resume').click();
  await expect(again.runState).toHaveText('running');
});

test('a folder that is gone at the next start is named, and another can be chosen', async ({ open, folder }) => {
  const checkpoints = join(folder, 'checkpoints');
  await mkdir(checkpoints);
  const studio = await open();
  await studio.chooseFolder(checkpoints);
  expect(await studio.quit()).toBe(0);
  await rename(checkpoints, join(folder, 'elsewhere'));
  const again = await open();
  await expect(again.page.getByTestId('error-banner')).toContainText(`${checkpoints} cannot be used: no such file`);
  await again.chooseFolder(join(folder, 'elsewhere'));
  await expect(again.page.getByTestId('error-banner')).toHaveCount(0);
  await expect(again.page.getByTestId('start')).toBeEnabled();
});

test('a data folder that holds no dataset is refused in words, and dark images on light are inverted', async ({
  open,
  folder,
}) => {
  const studio = await open();
  const { page } = studio;
  await studio.answerFolderDialog(folder);
  await studio.openNewRun();
  await page.getByTestId('choose-data').click();
  await expect(page.getByTestId('error-banner')).toContainText('holds no dataset that can be read');
  await expect(page.getByTestId('dataset')).toContainText('MNIST');

  // Images that are dark on light are read, doubted, and inverted when the person says so; the next start knows.
  const dark = join(folder, 'dark-on-light');
  await writeSmallDataset(dark, (value) => 255 - value);
  await studio.answerFolderDialog(dark);
  await page.getByTestId('choose-data').click();
  await expect(page.getByTestId('data-doubt')).toContainText('The images seem to be inverted: of 200');
  await page.getByTestId('use-remedy').click();
  await expect(page.getByTestId('images-used')).toContainText('Images are inverted.');
  await expect(page.getByTestId('data-doubt')).toHaveCount(0);
  expect(await studio.quit()).toBe(0);
  const again = await open();
  await again.openNewRun();
  await expect(again.page.getByTestId('images-used')).toContainText('Images are inverted.');
});

test('another dataset is trained on', async ({ open, folder }) => {
  // From the Debian package dataset-fashion-mnist, which set-up installs where it can.
  const fashion = '/usr/share/datasets/fashion-mnist';
  test.skip(!existsSync(fashion), 'there is no Fashion-MNIST on this system');
  const studio = await open();
  const { page } = studio;
  await studio.answerFolderDialog(fashion);
  await studio.openNewRun();
  await page.getByTestId('choose-data').click();
  await expect(page.getByTestId('dataset')).toContainText('fashion-mnist');
  await studio.closeNewRun();
  await studio.chooseFolder(folder);
  await studio.start();
  await expect(page.getByTestId('log')).toContainText('[640/60000');
});

test('without the native library the window opens, says so, and trains in WebAssembly', async ({ open, folder }) => {
  // The application as it is, but for a native library that is no library.
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

test('a second start with the same profile ends at once, and the first window stays', async ({ open }) => {
  const studio = await open();
  const second = spawn(studio.process.spawnfile, studio.process.spawnargs.slice(1));
  const status = await new Promise((resolve) => second.once('exit', resolve));
  expect(status).toBe(0);
  await expect(studio.page.getByTestId('device')).toBeVisible();
});
