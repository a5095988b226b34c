/**
 * Remembers when something better than a working fallback was last tried. So one day with a bad network does not tie a
 * machine to the fallback forever, and a network that never provides the better one costs only one attempt a day.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { native } from './project.mjs';

const DAY = 24 * 60 * 60 * 1000;

const fileOf = (/** @type {string} */ name) => join(native, `last-try-${name}`);

/** @param {string} name  what was tried @returns {boolean} whether that was in the last 24 hours */
export function triedToday(name) {
  try {
    const age = Date.now() - Date.parse(readFileSync(fileOf(name), 'utf8'));
    return age >= 0 && age < DAY;
  } catch {
    return false;
  }
}

/** @param {string} name */
export function noteTry(name) {
  mkdirSync(native, { recursive: true });
  writeFileSync(fileOf(name), new Date().toISOString());
}
