/** Assembles the program's folder for Linux: Electron's files, the application's archive, and the licence texts. */
import { chmodSync, cpSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { electronRuntime } from '../../setup/parts/electron.mjs';
import { run } from '../../setup/tools/run.mjs';
import { packArchive } from '../archive.mjs';
import { setFuses } from '../fuses.mjs';
import { work } from '../layout.mjs';
import { writeLicences } from '../licences.mjs';

/** Chromium's translations that are kept; the application is in English. */
const LOCALES = ['en-US.pak', 'en-GB.pak'];

/**
 * Electron's default application; a snapshot that the fuses disable; the licence texts, which get a folder of their own;
 * and the notes of set-up and Electron about the download.
 */
const LEFT_OUT = new Set([
  ...['resources', 'browser_v8_context_snapshot.bin', 'LICENSE', 'LICENSE.electron.txt', 'LICENSES.chromium.html'],
  ...['version', 'manifest.json'],
]);

/** The program's folder, whose name is also that of the folder in the archive. */
export const programFolder = join(work, 'digit-studio');
export const executable = join(programFolder, 'digit-studio');

/** Clears `programFolder` and fills it from `stage`. */
export async function makeProgram() {
  const runtime = electronRuntime();
  rmSync(programFolder, { recursive: true, force: true });
  cpSync(runtime.dir, programFolder, { recursive: true, filter: (file) => isWanted(relative(runtime.dir, file)) });
  renameSync(join(programFolder, basename(runtime.executable)), executable);
  await setFuses(executable);
  await packArchive(join(programFolder, 'resources'));
  writeLicences(join(programFolder, 'licences'));
  // Readable for everybody, regardless of this machine's umask.
  await run('chmod', ['-R', 'u=rwX,go=rX', programFolder]);
  // Takes effect if the file belongs to root, as in the Debian package: the sandbox then needs no other permission.
  chmodSync(join(programFolder, 'chrome-sandbox'), 0o4755);
}

/** @param {string} file  in Electron's folder */
function isWanted(file) {
  if (file.startsWith('locales/')) return LOCALES.includes(basename(file));
  return !LEFT_OUT.has(file);
}
