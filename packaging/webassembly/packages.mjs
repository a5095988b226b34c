/**
 * Packages without TensorFlow's native library, for every system: training runs in WebAssembly. They can be made on any
 * system for which Electron's archives are there.
 */
import { createWriteStream, mkdirSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { electronRuntime } from '../../setup/parts/electron.mjs';
import { SetupError, step, warn } from '../../setup/tools/messages.mjs';
import { commandExists, run } from '../../setup/tools/run.mjs';
import { unzip } from '../../setup/tools/unzip.mjs';
import { packArchive } from '../archive.mjs';
import { dist, target as own, version, work } from '../layout.mjs';
import { debianName, makeDebianPackage } from '../linux/debian-package.mjs';
import { writeLicences } from '../licences.mjs';
import { electronArchive } from './electron-archives.mjs';
import { assembleProgram } from './program.mjs';

const TARGETS = ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-arm64', 'darwin-x64'];

/** Nearly as small as with xz, in a twentieth of the time. */
const SMALL = ['-Zzstd', '-z9'];

/** @returns {Promise<string[]>} the packages' paths @throws {SetupError} if none could be made */
export async function packWebAssembly() {
  const archive = join(work, 'webassembly-archive');
  await packArchive(archive);
  const made = [];
  for (const target of TARGETS) {
    step(`WebAssembly package for ${target}`);
    try {
      const folder = await programFor(target, archive);
      made.push(await packFolder(target, folder));
      if (target === own && process.platform === 'linux' && commandExists('dpkg-deb')) {
        const file = join(dist, debianName('digit-studio-webassembly'));
        await makeDebianPackage(file, SMALL, { folder, native: false });
        made.push(file);
      }
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      warn(`There is no package for ${target}: ${error.message}`);
    }
  }
  if (made.length === 0) throw new SetupError('No package could be made.');
  return made;
}

/** @param {string} target @param {string} archive @returns {Promise<string>} the program's folder */
async function programFor(target, archive) {
  if (process.platform === 'win32' && !target.startsWith('win32')) {
    throw new SetupError('Windows does not keep the permissions of its files. Make it on Linux or macOS.');
  }
  const folder = join(work, 'webassembly', target, 'digit-studio');
  const electron = target === own ? electronRuntime().dir : join(work, 'webassembly-electron', target);
  if (target !== own) await unzip(await electronArchive(target), electron);
  await assembleProgram(target.split('-')[0], electron, archive, folder);
  writeLicences(join(folder, 'licences'), electron);
  if (target !== own) rmSync(electron, { recursive: true });
  return folder;
}

/**
 * Packs a program's folder as the system's users expect it.
 * @param {string} target
 * @param {string} folder
 * @returns {Promise<string>}
 */
async function packFolder(target, folder) {
  mkdirSync(dist, { recursive: true });
  const isWindows = target.startsWith('win32');
  const name = `digit-studio-webassembly-${version}-${target}.${isWindows ? 'zip' : 'tar.gz'}`;
  const file = join(dist, name);
  if (isWindows) await zipFolder(folder, file);
  // Names without a drive, which GNU tar would take for a computer's.
  else {
    const words = ['-czf', relative(dirname(folder), file), basename(folder)];
    await run('tar', words, { cwd: dirname(folder) });
  }
  return file;
}

/** @param {string} folder @param {string} file */
async function zipFolder(folder, file) {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = `${basename(folder)}/${relative(folder, path).replaceAll(sep, '/')}`;
    if (entry.isSymbolicLink()) zip.addBuffer(Buffer.from(readlinkSync(path)), name, { mode: 0o120777 });
    else if (entry.isFile()) zip.addFile(path, name, { mode: statSync(path).mode });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}
