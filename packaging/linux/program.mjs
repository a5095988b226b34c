/** Makes the program's folder for Linux: Electron's files, the application's archive, and the licence texts. */
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
 * Left out: the application that Electron starts where it has none; a snapshot that the fuses turn off; the licence
 * texts, which go to a folder of their own; and what set-up and Electron note about the download.
 */
const LEFT_OUT = new Set([
  ...['resources', 'browser_v8_context_snapshot.bin', 'LICENSE', 'LICENSE.electron.txt', 'LICENSES.chromium.html'],
  ...['version', 'manifest.json'],
]);

/** The program's folder, named as it is when an archive of it is unpacked. */
export const programFolder = join(work, 'digit-studio');
export const executable = join(programFolder, 'digit-studio');

/** Makes `programFolder` anew, from `stage`. */
export async function makeProgram() {
  const runtime = electronRuntime();
  rmSync(programFolder, { recursive: true, force: true });
  cpSync(runtime.dir, programFolder, { recursive: true, filter: (file) => isWanted(relative(runtime.dir, file)) });
  renameSync(join(programFolder, basename(runtime.executable)), executable);
  await setFuses(executable);
  await packArchive(join(programFolder, 'resources'));
  writeLicences(join(programFolder, 'licences'));
  // For everybody, whatever this machine keeps from others.
  await run('chmod', ['-R', 'u=rwX,go=rX', programFolder]);
  // Takes effect where the file belongs to root, as in the Debian package: then the sandbox needs no leave to be made.
  chmodSync(join(programFolder, 'chrome-sandbox'), 0o4755);
}

/** @param {string} file  in Electron's folder */
function isWanted(file) {
  if (file.startsWith('locales/')) return LOCALES.includes(basename(file));
  return !LEFT_OUT.has(file);
}
