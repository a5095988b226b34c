/** The project's folders. */
import './node-version.mjs';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The project's root folder. */
export const root = resolve(import.meta.dirname, '../..');

/**
 * The folder of all native parts. It is outside node_modules, so that a later `npm ci` does not remove downloads of
 * hundreds of megabytes.
 */
export const native = join(root, '.native');

/** Work in progress: nothing in here is ever used, and each set-up empties it first. */
export const scratch = join(native, 'tmp');

/** @param {string} file  the path of a JSON file relative to the project's root */
export function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
