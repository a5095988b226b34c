import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { openStore } from '../../../../src-main/checkpoints/store';
import { createFolder } from '../../../../src-main/checkpoints/usable-folder';
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

test.skipIf(!isLinux)(
  'no folder is created below a system folder, where Node’s own function never returns',
  async () => {
    for (const folder of ['/proc/digits', '/sys/a/b']) {
      await expect(createFolder(folder)).rejects.toThrow(`${folder} belongs to the system and stores no files.`);
    }
  },
);

test('a folder is created with those above it; what is in its way is named', async () => {
  const folder = join(await temporaryFolder(), 'a', 'b');
  await createFolder(folder);
  await createFolder(folder);
  expect((await openStore(folder)).folder).toBe(folder);
  await writeFile(join(folder, 'file'), '');
  await expect(createFolder(join(folder, 'file', 'c'))).rejects.toMatchObject({
    code: 'folder-unusable',
    message: `${join(folder, 'file', 'c')} could not be created: not a folder. Choose another folder.`,
  });
});

test('a folder with a name like a system folder’s is usable', async () => {
  const folder = join(await temporaryFolder(), 'dev', 'proc');
  await mkdir(folder, { recursive: true });
  expect((await openStore(folder)).folder).toBe(folder);
});
