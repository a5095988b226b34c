/**
 * Installs TensorFlow's native library, and the binding through which @tensorflow/tfjs-node-gpu calls it.
 *
 * Both are created in `.native/tensorflow-...`, laid out like the package's own folders: `deps/lib`, `deps/include`,
 * `lib/napi-v8`. Then they are attached to the package: as a link to the library, which has hundreds of megabytes, and a
 * copy of the binding, which looks for the library relative to its own location.
 */
import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { firstToWork } from '../tools/first-to-work.mjs';
import { SetupError, note, step, warn } from '../tools/messages.mjs';
import { noteTry, triedToday } from '../tools/once-a-day.mjs';
import { isWhole, makeWhole } from '../tools/whole-folder.mjs';
import { native, root } from '../tools/project.mjs';
import { run } from '../tools/run.mjs';
import { needs, prepareSystem, systemHas } from './system-libraries.mjs';
import { gpuDownloads, gpuSource, sources } from './tensorflow-sources.mjs';

const BINDING = 'lib/napi-v8/tfjs_binding.node';
const packageFolder = join(root, 'node_modules/@tensorflow/tfjs-node-gpu');
const packageDeps = join(packageFolder, 'deps');
const packageBinding = join(packageFolder, BINDING);

/** @typedef {import('./tensorflow-sources.mjs').Source} Source */

const folderOf = (/** @type {Source} */ source) => join(native, source.name);
const identityOf = (/** @type {Source} */ source) => `${source.name}, tfjs-node-gpu 4.22.0`;
const isMade = (/** @type {Source} */ source) => isWhole(folderOf(source), identityOf(source));

export const tensorflow = {
  isReady() {
    if (isMade(gpuSource)) return isAttached(gpuSource);
    const attached = sources.find((source) => isMade(source) && isAttached(source));
    return attached ? attached === tested || !canTryTested() : isAcceptedInstallation();
  },

  async prepare() {
    step('TensorFlow: its native library and the binding to it');
    if (await acceptInstallation()) return;
    if (process.platform === 'linux' && process.arch === 'x64') await prepareFromSources();
    else await runInstallScript();
  },
};

const [tested] = sources;

/** Whether to try to get the tested library now although another one is installed. */
function canTryTested() {
  return !isMade(tested) && !triedToday(tested.name) && systemHas(tested.needs);
}

/** @returns {boolean} whether the library in use is the one for graphics cards */
export function usesGpuLibrary() {
  return isMade(gpuSource) && isAttached(gpuSource);
}

/**
 * Installs the library for graphics cards, which is used from then on.
 * @returns {Promise<boolean>} whether it finds a graphics card
 */
export async function installGpuLibrary() {
  const device = await prepareFrom(gpuSource);
  rmSync(gpuDownloads, { recursive: true, force: true });
  return device === 'gpu';
}

/** The tested library comes first, unless it was tried today without success; then one that is already installed. */
async function prepareFromSources() {
  if (isMade(gpuSource)) {
    try {
      await prepareFrom(gpuSource);
      return;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      warn(`TensorFlow for graphics cards no longer works and was removed.\n${error.message}`);
    }
  }
  const made = sources.filter(isMade);
  // Every source needs the compiler. The message also names what the tested library needs.
  if (made.length === 0) await prepareSystem(needs.binding, tested.needs);
  const ordered = made.length === 0 || canTryTested() ? sources : [...new Set([...made, ...sources])];
  await firstToWork(
    "TensorFlow's native library could not be set up.",
    ordered.map((source) => () => prepareFrom(source)),
    'Fix the cause, then try again.',
  );
}

/** @param {Source} source @returns {Promise<string>} see `check` */
async function prepareFrom(source) {
  if (!isMade(source)) {
    if (source === tested) noteTry(source.name);
    await prepareSystem(source.needs);
    await makeWhole(folderOf(source), identityOf(source), (folder) => make(source, folder));
  }
  attach(source);
  try {
    return await check();
  } catch (error) {
    rmSync(folderOf(source), { recursive: true });
    throw error;
  }
}

/** @param {Source} source @param {string} folder */
async function make(source, folder) {
  const deps = join(folder, 'deps');
  mkdirSync(deps);
  await source.fetch(deps);
  note('Compiling the binding ...');
  const binding = join(folder, BINDING);
  mkdirSync(dirname(binding), { recursive: true });
  await run('g++', [
    ...['-std=c++17', '-O2', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
    ...['-I', join(root, 'node_modules/node-api-headers/include'), '-I', join(deps, 'include')],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file)),
    ...['-L', join(deps, 'lib'), '-Wl,-rpath,$ORIGIN/../../deps/lib', '-ltensorflow', '-ltensorflow_framework'],
    ...(source.linkerFlags?.(deps) ?? []),
    ...['-o', binding],
  ]);
}

/** @param {Source} source */
function attach(source) {
  rmSync(packageDeps, { recursive: true, force: true });
  symlinkSync(relative(packageFolder, join(folderOf(source), 'deps')), packageDeps);
  mkdirSync(dirname(packageBinding), { recursive: true });
  copyFileSync(join(folderOf(source), BINDING), `${packageBinding}.part`);
  renameSync(`${packageBinding}.part`, packageBinding);
}

/** @param {Source} source */
function isAttached(source) {
  try {
    const folder = folderOf(source);
    return (
      realpathSync(packageDeps) === realpathSync(join(folder, 'deps')) &&
      statSync(packageBinding).size === statSync(join(folder, BINDING)).size
    );
  } catch {
    return false;
  }
}

/**
 * Loads TensorFlow through the package in a process of its own, and fails if that process does.
 * @returns {Promise<string>} the device that it uses, `cpu` or `gpu`
 */
async function check() {
  return (await run(process.execPath, [join(import.meta.dirname, 'check-tensorflow.mjs')])).trim();
}

/**
 * Runs the package's own install script, which is used on Windows and macOS. It creates the library and the binding in the
 * package itself. A user may also have run it on Linux.
 */
async function runInstallScript() {
  note("Running the package's own install script ...");
  await run(process.execPath, ['scripts/install.js', 'gpu', 'download'], {
    cwd: packageFolder,
    // The script calls node-pre-gyp by name.
    env: { PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
  });
  if (await acceptInstallation()) return;
  throw new SetupError(`The install script of @tensorflow/tfjs-node-gpu succeeded, but TensorFlow cannot be loaded.`);
}

/** Describes the install script's result once it has been found to work. */
const accepted = join(native, 'tensorflow-installation.json');

function isAcceptedInstallation() {
  return existsSync(accepted) && readFileSync(accepted, 'utf8') === describeInstallation();
}

/** @returns {Promise<boolean>} whether the package has a working installation of its own */
async function acceptInstallation() {
  const description = describeInstallation();
  if (description === undefined) return false;
  try {
    await check();
  } catch (error) {
    note(error.message);
    return false;
  }
  mkdirSync(native, { recursive: true });
  writeFileSync(accepted, description);
  return true;
}

/** @returns {string | undefined} its files and their sizes; undefined if there are none */
function describeInstallation() {
  try {
    if (lstatSync(packageDeps).isSymbolicLink()) return undefined;
    const lib = join(packageDeps, 'lib');
    const files = [packageBinding, ...readdirSync(lib).map((name) => join(lib, name))];
    return JSON.stringify(files.map((file) => [relative(packageFolder, file), statSync(file).size]));
  } catch {
    return undefined;
  }
}
