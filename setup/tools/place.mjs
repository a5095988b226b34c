/**
 * Folders that are there whole or not at all. A folder is built in the scratch place, gets a manifest of its files'
 * sizes, and is then renamed into its place. So a killed set-up leaves nothing half-made, and a file that was cut
 * short or removed later is noticed without reading it.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, lstatSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { scratch } from './project.mjs';

const MANIFEST = 'manifest.json';

/**
 * @param {string} folder
 * @param {string} identity  what the folder must have been made from; anything else in its manifest is not accepted
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
 * Builds a folder and puts it in its place.
 * @param {string} folder
 * @param {string} identity  see isWhole
 * @param {(building: string) => Promise<void>} build  fills the empty folder it is given
 */
export async function placeWhole(folder, identity, build) {
  const building = freshScratch(basename(folder));
  await build(building);
  const files = Object.fromEntries(
    readdirSync(building, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(building, file).replaceAll(sep, '/'), lstatSync(file).size]),
  );
  writeFileSync(join(building, MANIFEST), JSON.stringify({ identity, files }, null, 1));
  mkdirSync(dirname(folder), { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(building, folder);
}

/** @param {string} name @returns {string} an empty folder for work in progress */
export function freshScratch(name) {
  const folder = join(scratch, `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
