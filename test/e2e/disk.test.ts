import { spawn } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tmpfs, noTmpfsHere } from '../tmpfs';
import { ROOT, expect, test } from './studio';

const reason = noTmpfsHere();

test.describe('a small disk', () => {
  test.skip(reason !== null, reason ?? '');

  let disk: Tmpfs;
  test.beforeEach(() => {
    disk = new Tmpfs('1m');
  });
  test.afterEach(() => {
    disk.remove();
  });

  test('that is full pauses the run with a message; with room made, Resume goes on', async ({ open }) => {
    await writeFile(join(disk.folder, 'thesis.txt'), Buffer.alloc(500_000, 'mine '));
    const studio = await open();
    const { page } = studio;
    await studio.chooseFolder(disk.folder);
    await studio.start();
    const banner = page.getByTestId('error-banner');
    await expect(banner).toContainText(/no space left on the disk.*Nothing is lost.*Make room/);
    await expect(studio.runState).toHaveText('paused');
    const step = Number(await page.getByTestId('run-progress').getAttribute('aria-valuenow'));

    disk.remount('size=20m');
    await page.getByTestId('resume').click();
    await expect(studio.runState).toHaveText('running');
    await expect(banner).toHaveCount(0);
    await expect
      .poll(async () => Number(await page.getByTestId('run-progress').getAttribute('aria-valuenow')))
      .toBeGreaterThan(step + 20);
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');
    expect((await readFile(join(disk.folder, 'thesis.txt'))).equals(Buffer.alloc(500_000, 'mine '))).toBe(true);
    expect(await studio.quit()).toBe(0);
    const names = await readdir(join(disk.folder, 'run-1'));
    expect(names.filter((name) => !name.startsWith('step-')).sort()).toEqual(['history.bin', 'run.json']);
  });

  test('that becomes read-only, and then is taken away, pauses the run; another folder takes it on', async ({
    open,
    folder,
  }) => {
    disk.remount('size=20m');
    const studio = await open();
    const { page } = studio;
    const banner = page.getByTestId('error-banner');
    await studio.chooseFolder(disk.folder);
    await studio.start();
    await expect(page.getByTestId('log')).toContainText('[1280/60000');
    // Refused while a file is being written.
    await expect(() => disk.remount('ro')).toPass();
    await expect(banner).toContainText(/the disk is read-only.*Nothing is lost/);
    await expect(studio.runState).toHaveText('paused');
    disk.remount('rw');
    await page.getByTestId('resume').click();
    await expect(studio.runState).toHaveText('running');

    disk.detach();
    await expect(banner).toContainText(/could not be written.*Nothing is lost/);
    await studio.answerFolderDialog(folder);
    await banner.getByRole('button', { name: /folder/i }).click();
    await expect(page.getByTestId('folder-path')).toContainText(folder);
    await page.getByTestId('resume').click();
    await expect(studio.runState).toHaveText('running');
  });
});

test('a run that the command line trains is shown, and Resume says who has it', async ({ open, folder }) => {
  const options = ['train', '--checkpoints', folder, '--run', 'mine', '--epochs', '100'];
  const trainer = spawn('node', ['--import', 'tsx', 'src-main/cli/index.ts', ...options], { cwd: ROOT });
  const ended = new Promise((resolve) => trainer.once('exit', resolve));
  try {
    await expect.poll(async () => (await readdir(join(folder, 'mine')).catch(() => [])).join()).toContain('step-');
    const studio = await open();
    const { page } = studio;
    await studio.chooseFolder(folder);
    const banner = page.getByTestId('error-banner');
    await expect(page.getByTestId('open-run')).toHaveText('mine');
    await page.getByTestId('resume').click();
    await expect(banner).toContainText(`mine is open in the command line (process ${trainer.pid}, since `);

    // Another run may be trained in the same folder meanwhile.
    await studio.start();
    await expect(page.getByTestId('log')).toContainText('[640/60000');
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');
    expect((await readdir(folder)).sort()).toEqual(['.digit-studio.json', 'mine', 'run-1']);
  } finally {
    trainer.kill('SIGINT');
    await ended;
  }
});
