/** Where things are in this project. */
import './node-version.mjs';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The project's root folder. */
export const root = resolve(import.meta.dirname, '../..');

/**
 * The folder of everything native. It is outside node_modules, so that a later `npm ci` loses nothing that took
 * hundreds of megabytes to fetch.
 */
export const native = join(root, '.native');

/** Work in progress: nothing in here is ever used, and each set-up begins by emptying it. */
export const scratch = join(native, 'tmp');

/** @param {string} file  path of a JSON file from the project's root */
export function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
