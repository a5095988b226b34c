/** Determines which npm packages are in the application, completely or in part. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { SetupError } from '../setup/tools/messages.mjs';
import { readJson, root } from '../setup/tools/project.mjs';
import { stage } from './layout.mjs';

const here = 'packaging/shipped-packages.mjs';

/** Packages that name no licence; the licence follows from its text. @type {Record<string, string | undefined>} */
const namedByText = { 'svelte-toolbelt': 'MIT' };

/**
 * @typedef {object} ShippedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} license  an SPDX expression
 * @property {string} folder  from the project's root
 */

/** The packages in `stage`, and those whose code is in our bundles. @returns {ShippedPackage[]} sorted by name */
export function shippedPackages() {
  const packages = [...stagedPackages(), ...bundledPackages()].map((folder) => {
    const { name, version, license = namedByText[name] } = readJson(`${folder}/package.json`);
    if (license === undefined)
      throw new SetupError(`${folder} names no licence; read its text, and name it in ${here}`);
    return { name, version, license, folder };
  });
  // The same package may be installed several times.
  const different = new Map(packages.map((shipped) => [`${shipped.name} ${shipped.version}`, shipped]));
  return [...different.values()].toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** Compares without a language's rules, which differ between machines. @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

function stagedPackages() {
  return readdirSync(join(stage, 'node_modules'), { recursive: true })
    .map((file) => file.replaceAll(sep, '/'))
    .filter((file) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(`node_modules/${file}`))
    .map((file) => dirname(`node_modules/${file}`));
}

function bundledPackages() {
  return ['main', 'preload', 'renderer']
    .map((bundle) => join(root, 'out', bundle, 'bundled-packages.json'))
    .filter((file) => existsSync(file))
    .flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
}
