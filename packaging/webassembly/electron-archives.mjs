/** Electron's archives for other systems than this one. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { officialArchive } from '../../setup/parts/electron.mjs';
import { checkSha256, download } from '../../setup/tools/download.mjs';
import { SetupError } from '../../setup/tools/messages.mjs';
import { native } from '../../setup/tools/project.mjs';

/** Archives that were downloaded, or put there by hand. */
const archives = join(native, 'electron-archives');

/**
 * @param {string} target  e.g. `win32-x64`
 * @returns {Promise<string>} the path of the archive
 * @throws {SetupError} if it is not there and cannot be downloaded
 */
export async function electronArchive(target) {
  const { name, url, sha256 } = officialArchive(target);
  if (!sha256) throw new SetupError(`Electron is not available for ${target}.`);
  const file = join(archives, name);
  if (existsSync(file)) {
    await checkSha256(file, sha256, file);
    return file;
  }
  mkdirSync(archives, { recursive: true });
  try {
    await download(url, file, sha256);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${error.message}\nDownload it elsewhere and put it into ${archives}`);
  }
  return file;
}
