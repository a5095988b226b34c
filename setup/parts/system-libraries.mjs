/**
 * Installs what the operating system must have: libraries for the window, a compiler for the TensorFlow binding, a virtual
 * display for the tests. On Debian and Ubuntu, set-up installs these itself if it is root; otherwise it says what to do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { sandboxCommands, sandboxIsAllowed } from '../launch.mjs';
import { SetupError, step } from '../tools/messages.mjs';
import { native } from '../tools/project.mjs';
import { commandExists, run } from '../tools/run.mjs';
import { electronRuntime } from './electron.mjs';

/**
 * @typedef {object} Requirement
 * @property {string} what  in words
 * @property {() => boolean} isThere
 * @property {string[]} packages  Debian's names for it, of which the first that the system knows is used; empty if no
 *   package provides it
 * @property {() => string[]} [commands]  the commands that root must run instead
 * @property {string} [otherwise]  how to continue without it
 */

/** @type {Record<string, Requirement>} */
const requirements = {
  gtk: library('the GTK 3 library', 'libgtk-3.so.0', ['libgtk-3-0t64', 'libgtk-3-0']),
  nss: library('the NSS library', 'libnss3.so', ['libnss3']),
  sound: library('the ALSA library', 'libasound.so.2', ['libasound2t64', 'libasound2']),
  gbm: library('the GBM library', 'libgbm.so.1', ['libgbm1']),
  font: { what: 'a font', isThere: hasFont, packages: ['fonts-dejavu-core'] },
  compiler: command('a C++ compiler', 'g++', ['g++']),
  python: command('Python 3', 'python3', ['python3']),
  pip: { what: 'pip for Python 3', isThere: hasPip, packages: ['python3-pip'] },
  binutils: command('the binary utilities', 'strip', ['binutils']),
  network: command('the ip command', 'ip', ['iproute2']),
  display: command('a virtual display', 'Xvfb', ['xvfb']),
  sandbox: {
    what: "permission for Electron's sandbox",
    isThere: () => sandboxIsAllowed(electronRuntime()?.dir),
    packages: [],
    commands: () => sandboxCommands(electronRuntime().dir),
    otherwise: 'Or start without the sandbox: npm start -- --no-sandbox',
  },
  fashion: {
    what: 'the Fashion-MNIST images, a second dataset for the tests',
    isThere: () => existsSync('/usr/share/datasets/fashion-mnist'),
    packages: ['dataset-fashion-mnist'],
  },
};

/** The names of the requirements for each purpose. */
export const needs = {
  window: ['gtk', 'nss', 'sound', 'gbm', 'font'],
  sandbox: ['sandbox'],
  binding: ['compiler'],
  packaging: ['compiler', 'binutils'],
  trial: ['compiler', 'binutils', 'network'],
  wheel: ['python', 'pip'],
  display: ['display'],
  images: ['fashion'],
};

/**
 * The dependencies of the Debian package, with the alternative names that a library has on different systems.
 * @param {string[]} names
 */
export function debianDependencies(names) {
  return names.map((name) => requirements[name].packages.join(' | '));
}

/** Lists packages whose installation has begun. The file is removed when it ends. */
const unfinished = join(native, 'apt-get-unfinished');

/** See prepareSystem. @param {string[]} names @param {string[]} [wished] @returns {import('../prepare.mjs').Part} */
export function systemLibraries(names, wished) {
  return { isReady: () => systemIsReady(names), prepare: () => prepareSystem(names, wished) };
}

/** @param {string[]} names */
export function systemHas(names) {
  return process.platform !== 'linux' || missing(names).length === 0;
}

/** @param {string[]} names */
function systemIsReady(names) {
  const wasCutOff = () => isRoot() && existsSync(unfinished);
  return process.platform !== 'linux' || (systemHas(names) && !wasCutOff());
}

/**
 * Installs what is missing, or fails and names the one command that installs it.
 * @param {string[]} names
 * @param {string[]} [wished]  what later steps will need; named too, since one command is better than several
 */
export async function prepareSystem(names, wished = []) {
  if (systemIsReady(names)) return;
  const absent = missing(names);
  const list = absent.map((requirement) => requirement.what).join(', ');
  if (!isRoot() || !commandExists('apt-get')) {
    throw new SetupError(`Missing on this system: ${list}. ${remedy(missing([...new Set([...names, ...wished])]))}`);
  }
  step(`System packages: installing ${list || 'what was interrupted'}`);
  await aptGet('update');
  const interrupted = existsSync(unfinished) ? readFileSync(unfinished, 'utf8').split(' ').filter(Boolean) : [];
  const packages = [...new Set([...interrupted, ...debianPackages(absent)])];
  mkdirSync(native, { recursive: true });
  writeFileSync(unfinished, packages.join(' '));
  // Completes an earlier installation that was interrupted, after which apt-get would refuse to work.
  await run('dpkg', ['--configure', '-a'], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  await aptGet('install', '-y', '--no-install-recommends', ...packages);
  rmSync(unfinished);
  loaderCache = undefined;
  const still = missing(names).map((requirement) => requirement.what);
  if (still.length > 0)
    throw new SetupError(`Still missing after installing ${packages.join(' ')}: ${still.join(', ')}.`);
}

/** Says what a person can do about the missing requirements. @param {Requirement[]} absent */
function remedy(absent) {
  const packaged = absent.filter(({ packages }) => packages.length > 0);
  const advice = [];
  const commands = absent.flatMap(({ commands }) => commands?.() ?? []);
  if (packaged.length > 0 && commandExists('apt-get')) {
    commands.unshift('sudo apt-get update', `sudo apt-get install ${[...new Set(debianPackages(packaged))].join(' ')}`);
  } else if (packaged.length > 0) {
    const list = packaged.map(({ what }) => what).join(', ');
    advice.push(`Install with your system's package manager: ${list}.`);
  }
  if (commands.length > 0) {
    advice.push(`Install what is missing with this command, then try again:\n\n    ${commands.join(' && ')}`);
  }
  return [advice.join('\n'), ...absent.flatMap(({ otherwise }) => otherwise ?? [])].join('\n\n');
}

function isRoot() {
  return process.getuid() === 0;
}

/** @param {string[]} args */
function aptGet(...args) {
  // Waits if another installation is running.
  return run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** @param {string[]} names */
function missing(names) {
  return names.map((name) => requirements[name]).filter((requirement) => !requirement.isThere());
}

/** @param {Requirement[]} wanted */
function debianPackages(wanted) {
  return wanted.map(({ packages }) => packages.find(isKnown) ?? packages.at(-1));
}

/** @param {string} name */
function isKnown(name) {
  return spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0;
}

/** @returns {Requirement} */
function library(what, file, packages) {
  return { what, isThere: () => knownToLoader(file), packages };
}

/** @returns {Requirement} */
function command(what, name, packages) {
  return { what, isThere: () => commandExists(name), packages };
}

/** @type {string | undefined} the libraries that the dynamic loader knows */
let loaderCache;

/** @param {string} file */
function knownToLoader(file) {
  // With its full path, since it is not in an ordinary user's PATH.
  loaderCache ??= spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '';
  // Without ldconfig nothing is known. Electron then reports missing libraries itself.
  return loaderCache === '' || loaderCache.includes(`\t${file} `);
}

function hasFont() {
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', '~/.fonts', '~/.local/share/fonts'];
  return folders
    .map((folder) => folder.replace('~', homedir()))
    .some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function hasPip() {
  return spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
}
