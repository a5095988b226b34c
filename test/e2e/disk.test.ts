import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tmpfs, noTmpfsHere } from '../tmpfs';
import { expect, test } from './studio';

const reason = noTmpfsHere();
test.skip(reason !== null, reason ?? '');

test('a full or read-only disk pauses the run with a message, and Resume continues once it is fixed', async ({
  open,
}) => {
  const disk = new Tmpfs('1m');
  try {
    await writeFile(join(disk.folder, 'thesis.txt'), Buffer.alloc(500_000, 'mine '));
    const studio = await open();
    const { page } = studio;
    const banner = page.getByTestId('error-banner');
    await studio.chooseFolder(disk.folder);
    await studio.start();
    await expect(banner).toContainText(/no space left on the disk.*Nothing is lost.*Make room/);
    await expect(studio.runState).toHaveText('paused');
    const step = await studio.step();

    disk.remount('size=20m');
    await page.getByTestId('resume').click();
    await expect(studio.runState).toHaveText('running');
    await expect(banner).toHaveCount(0);
    await expect.poll(() => studio.step()).toBeGreaterThan(step + 20);

    // Remounting is refused while a file is being written.
    await expect(() => disk.remount('ro')).toPass();
    await expect(banner).toContainText(/the disk is read-only.*Nothing is lost/);
    await expect(studio.runState).toHaveText('paused');
    disk.remount('rw');
    await page.getByTestId('resume').click();
    await expect(studio.runState).toHaveText('running');
    await page.getByTestId('pause').click();
    await expect(studio.runState).toHaveText('paused');

    expect((await readFile(join(disk.folder, 'thesis.txt'))).equals(Buffer.alloc(500_000, 'mine '))).toBe(true);
    expect(await studio.quit()).toBe(0);
    const names = await readdir(join(disk.folder, 'run-1'));
    expect(names.filter((name) => !name.startsWith('step-')).sort()).toEqual([
      'history.bin',
      'run.json',
      'snapshots.bin',
    ]);
  } finally {
    disk.remove();
  }
});
