/**
 * Installs TensorFlow's native library, and the binding through which @tensorflow/tfjs-node-gpu calls it.
 *
 * Both are created in `.native/tensorflow-...`, laid out like the package's own folders: `deps/lib`, `deps/include`,
 * `lib/napi-v8`. Then they are attached to the package: as a link to the library, which has hundreds of megabytes, and a
 * copy of the binding, which looks for the library relative to its own location.
 */
import { copyFileSync, mkdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { firstToWork } from '../tools/first-to-work.mjs';
import { SetupError, note, step, warn } from '../tools/messages.mjs';
import { noteTry, triedToday } from '../tools/once-a-day.mjs';
import { isWhole, makeWhole } from '../tools/whole-folder.mjs';
import { native, root } from '../tools/project.mjs';
import { renamePatiently } from '../tools/rename.mjs';
import { run } from '../tools/run.mjs';
import { needs, prepareSystem, systemHas } from './system-libraries.mjs';
import {
  acceptInstallation,
  installScriptRanToday,
  isAcceptedInstallation,
  runInstallScript,
} from './tensorflow-install-script.mjs';
import { BINDING, check, packageBinding, packageDeps, packageFolder } from './tensorflow-package.mjs';
import { gpuDownloads, gpuSource, sources } from './tensorflow-sources.mjs';

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
    if (hasSources) await prepareFromSources();
    else await runInstallScript();
  },

  /** Whether it failed today where only its own install script could have made it, so that it is not tried again. */
  failedToday() {
    return !hasSources && !isAcceptedInstallation() && installScriptRanToday();
  },
};

/** On other systems, the package's own install script is used. */
const hasSources = process.platform === 'linux' && process.arch === 'x64';

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
  await attach(source);
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
async function attach(source) {
  rmSync(packageDeps, { recursive: true, force: true });
  symlinkSync(relative(packageFolder, join(folderOf(source), 'deps')), packageDeps);
  mkdirSync(dirname(packageBinding), { recursive: true });
  copyFileSync(join(folderOf(source), BINDING), `${packageBinding}.part`);
  await renamePatiently(`${packageBinding}.part`, packageBinding);
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
