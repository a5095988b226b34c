import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { openStore } from '../../../../src-main/checkpoints/store';
import { temporaryFolder } from '../../temporary-folder';

const isLinux = process.platform === 'linux';

test.skipIf(!isLinux).each(['/proc', '/proc/self', '/sys', '/sys/kernel', '/dev', '/dev/pts'])(
  '%s is refused for checkpoints with a reason',
  async (folder) => {
    await expect(openStore(folder)).rejects.toMatchObject({
      code: 'folder-unusable',
      message: `${folder} belongs to the system and stores no files. Choose a folder on a disk.`,
    });
  },
);

test.skipIf(!isLinux)('a link to a system folder is refused, but a file system in memory is not', async () => {
  const link = join(await temporaryFolder(), 'link');
  await symlink('/proc', link);
  await expect(openStore(link)).rejects.toThrow(`${link} belongs to the system`);
  const shared = mkdtempSync('/dev/shm/digit-studio-test-');
  onTestFinished(() => rmSync(shared, { recursive: true }));
  expect((await openStore(shared)).folder).toBe(shared);
});

test('a folder with a name like a system folder’s is usable', async () => {
  const folder = join(await temporaryFolder(), 'dev', 'proc');
  await mkdir(folder, { recursive: true });
  expect((await openStore(folder)).folder).toBe(folder);
});
