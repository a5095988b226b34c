/** The licences of everything in the packages: a list for the documentation, and the texts for the packages. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { electronRuntime } from '../setup/parts/electron.mjs';
import { SetupError } from '../setup/tools/messages.mjs';
import { root } from '../setup/tools/project.mjs';
import { shippedPackages } from './shipped-packages.mjs';

/** The list, which is part of the documentation. */
export const licenceList = join(root, 'docs/licences.md');

const here = join(import.meta.dirname, 'licences');
const tensorflowDeps = join(root, 'node_modules/@tensorflow/tfjs-node-gpu/deps');

/** @returns {string} the up-to-date content of `licenceList` */
export function describeLicences() {
  const rows = shippedPackages().map(({ name, version, license }) => `| ${name} | ${version} | ${license} |\n`);
  const head = '| npm package | version | licence |\n| --- | --- | --- |\n';
  return `${readFileSync(join(here, 'introduction.md'), 'utf8')}\n${head}${rows.join('')}`;
}

/**
 * Writes the licence texts into a folder.
 * @param {string} folder
 * @param {string} [electron]  the folder with Electron's files
 */
export function writeLicences(folder, electron = electronRuntime().dir) {
  mkdirSync(folder, { recursive: true });
  const copies = {
    'digit-studio.txt': [join(root, 'LICENSE')],
    'mnist.txt': [join(here, 'mnist.txt')],
    'webassembly-third-party.txt': [join(here, 'webassembly-third-party.txt')],
    // The archive from Electron's own host names the first file LICENSE.
    'electron.txt': ['LICENSE.electron.txt', 'LICENSE'].map((name) => join(electron, name)),
    'chromium.html': [join(electron, 'LICENSES.chromium.html')],
    // TensorFlow's own archives contain their licences; those of the Python package are stored here.
    'tensorflow.txt': [join(tensorflowDeps, 'LICENSE'), join(here, 'tensorflow/LICENSE')],
    'tensorflow-third-party.txt': [
      join(tensorflowDeps, 'THIRD_PARTY_TF_C_LICENSES'),
      join(here, 'tensorflow/THIRD_PARTY_NOTICES.txt'),
    ],
  };
  for (const [name, paths] of Object.entries(copies)) copyFileSync(firstExisting(paths), join(folder, name));
  writeFileSync(
    join(folder, 'npm-packages.txt'),
    shippedPackages()
      .map(textOf)
      .join(`\n${'='.repeat(100)}\n\n`),
  );
}

/** @param {string[]} paths  at least one must exist */
function firstExisting(paths) {
  const path = paths.find((file) => existsSync(file));
  if (!path) throw new SetupError(`A licence text for the packages is missing: ${paths[0]}`);
  return path;
}

/** @param {import('./shipped-packages.mjs').ShippedPackage} shipped */
function textOf({ name, version, license, folder }) {
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.length > 0 ? files.map((file) => join(root, folder, file)) : standardTexts(name, license);
  return [`${name} ${version} (${license})\n`, ...texts.map((file) => readFileSync(file, 'utf8'))].join('\n');
}

/** The texts for packages that name a licence but do not contain it. @param {string} name @param {string} license */
function standardTexts(name, license) {
  const identifiers = license.split(/ AND |[()]/).filter(Boolean);
  return identifiers.map((id) => {
    if (id === 'Apache-2.0') return join(here, 'tensorflow/LICENSE');
    const text = join(here, 'standard', `${id}.txt`);
    if (!existsSync(text)) throw new SetupError(`${name} does not contain its licence; put the text into ${text}`);
    return text;
  });
}
