/**
 * The native parts that the package's own install script makes, on systems for which set-up has no sources. A user may
 * also have run it on Linux.
 */
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { SetupError, note } from '../tools/messages.mjs';
import { noteTry, triedToday } from '../tools/once-a-day.mjs';
import { native, root } from '../tools/project.mjs';
import { run } from '../tools/run.mjs';
import { check, packageBinding, packageDeps, packageFolder } from './tensorflow-package.mjs';

/** The name under which attempts are recorded. */
const TRY = 'tensorflow-install-script';

/** Where it fails, it downloads hundreds of megabytes first, so it is run once a day. @returns {boolean} */
export function installScriptRanToday() {
  return triedToday(TRY);
}

/**
 * Runs the package's own install script, which is used on Windows and macOS. It creates the library and the binding in the
 * package itself.
 */
export async function runInstallScript() {
  noteTry(TRY);
  if (process.platform === 'linux') {
    // The script would fetch the binding for x64, whose name is the same.
    throw new SetupError(`There is no native TensorFlow library for Linux on ${process.arch}.`);
  }
  note("Running the package's own install script ...");
  await run(process.execPath, ['scripts/install.js', 'gpu', 'download'], {
    cwd: packageFolder,
    // The script calls node-pre-gyp by name.
    env: { PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
  });
  // The binding is linked to the library by name only, and Windows looks for it beside the binding.
  const dll = join(packageDeps, 'lib/tensorflow.dll');
  if (existsSync(dll)) copyFileSync(dll, join(dirname(packageBinding), 'tensorflow.dll'));
  if (await acceptInstallation()) return;
  throw new SetupError(`The install script of @tensorflow/tfjs-node-gpu succeeded, but TensorFlow cannot be loaded.`);
}

/** Describes the install script's result once it has been found to work. */
const accepted = join(native, 'tensorflow-installation.json');

export function isAcceptedInstallation() {
  return existsSync(accepted) && readFileSync(accepted, 'utf8') === describeInstallation();
}

/** @returns {Promise<boolean>} whether the package has a working installation of its own */
export async function acceptInstallation() {
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
