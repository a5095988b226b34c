import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readChosenFile, readRegularFile } from '../../../../src-main/base/regular-file';
import { temporaryFolder } from '../../temporary-folder';

test.skipIf(process.platform === 'win32')('a link is followed only if a person chose it', async () => {
  const folder = await temporaryFolder();
  const [file, link] = [join(folder, 'seven.png'), join(folder, 'link.png')];
  await writeFile(file, 'seven');
  await symlink(file, link);
  expect((await readChosenFile(link, 5)).toString()).toBe('seven');
  await expect(readRegularFile(link, 5)).rejects.toThrow('it is not a regular file');
});

test('a chosen folder, and a file that is too large, are refused', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'large.png'), Buffer.alloc(2000));
  await expect(readChosenFile(join(folder, 'large.png'), 1000)).rejects.toThrow(
    'it has 2,000 bytes, more than the limit of 1,000',
  );
  await expect(readChosenFile(folder, 1e9)).rejects.toThrow('it is not a regular file');
});
