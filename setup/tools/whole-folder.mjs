/**
 * Folders that exist whole or not at all. A folder is filled in the scratch folder, gets a manifest of its files' sizes,
 * and is then renamed to its final path. So a killed set-up leaves nothing half-finished, and a file that is truncated or
 * removed later is noticed without reading it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, lstatSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { scratch } from './project.mjs';
import { renamePatiently } from './rename.mjs';

const MANIFEST = 'manifest.json';

/**
 * @param {string} folder
 * @param {string} identity  what the folder must have been made from; a manifest with a different identity is rejected
 */
export function isWhole(folder, identity) {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
    return (
      manifest.identity === identity &&
      Object.entries(manifest.files).every(([file, size]) => lstatSync(join(folder, file)).size === size)
    );
  } catch {
    return false;
  }
}

/**
 * Creates or replaces a folder. The previous one stays until the new one is complete.
 * @param {string} folder
 * @param {string} identity  see isWhole
 * @param {(folder: string) => Promise<void>} fill  fills the given empty folder
 */
export async function makeWhole(folder, identity, fill) {
  const unfinished = freshScratch(basename(folder));
  await fill(unfinished);
  const files = Object.fromEntries(
    readdirSync(unfinished, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(unfinished, file).replaceAll(sep, '/'), lstatSync(file).size]),
  );
  writeFileSync(join(unfinished, MANIFEST), JSON.stringify({ identity, files }, null, 1));
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  await renamePatiently(unfinished, folder);
}

/** @param {string} name @returns {string} an empty folder for work in progress */
export function freshScratch(name) {
  const folder = join(scratch, `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
