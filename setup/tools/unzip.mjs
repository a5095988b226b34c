/** Unpacks zip archives with permissions and symbolic links, which Electron's archives need. */
import { chmodSync, createWriteStream, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { SetupError, progressLine } from './messages.mjs';

const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/**
 * @param {string} archive
 * @param {string} folder  the target
 * @param {(name: string) => string | undefined} [rename]  returns an entry's path in the folder; undefined to skip it
 */
export async function unzip(archive, folder, rename = (name) => name) {
  // Imported here, so that this file can be imported before the npm packages are installed.
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(archive);
  const progress = progressLine('unpacking');
  let done = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      done += entry.compressedSize;
      progress.update(`${Math.floor((100 * done) / zip.fileSize)}%`);
      const name = rename(entry.fileName);
      if (name === undefined || entry.fileName.endsWith('/')) continue;
      const file = inside(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      const mode = entry.externalFileAttributes >>> 16;
      const content = await zip.openReadStreamPromise(entry);
      if ((mode & FILE_TYPE) === SYMBOLIC_LINK) {
        const target = (await buffer(content)).toString();
        inside(folder, resolve(dirname(file), target));
        symlinkSync(target, file);
      } else {
        await pipeline(content, createWriteStream(file));
        if (mode & 0o777) chmodSync(file, mode & 0o777);
      }
    }
  } finally {
    progress.end();
    zip.close();
  }
}

/** Refuses paths that lead out of the folder. @param {string} folder @param {string} name */
function inside(folder, name) {
  const file = resolve(folder, name);
  if (!file.startsWith(resolve(folder) + sep))
    throw new SetupError(`The archive contains a path that leads out of it: ${name}`);
  return file;
}
