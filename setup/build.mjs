/** Builds the application into `out/`. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { electronExecutable } from './parts/electron.mjs';
import { step } from './tools/messages.mjs';
import { root } from './tools/project.mjs';
import { programOf, run } from './tools/run.mjs';

/** The files and folders that the build depends on. */
const SOURCES = [
  'src-main',
  'src-preload',
  'src-renderer',
  'docs/user-guide.md',
  'resources',
  'packaging/bundled-packages.ts',
  'packaging/markdown-pages.ts',
  'electron.vite.config.ts',
  'svelte.config.js',
  'tsconfig.json',
  'package-lock.json',
];

/** The checksum of the sources that `out/` was built from. Written last. */
const stamp = join(root, 'out/sources.sha256');

/** Builds if the sources have changed since the last build. */
export async function buildIfChanged() {
  const sources = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return;
  step('Building the application');
  await build();
}

/** Builds even if nothing has changed. */
export async function build() {
  const sources = fingerprint();
  rmSync(stamp, { force: true });
  await run(process.execPath, [programOf('electron-vite'), 'build'], {
    // Otherwise electron-vite looks for a runtime in Electron's own package.
    env: { ELECTRON_EXEC_PATH: electronExecutable() },
  });
  writeFileSync(stamp, sources);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const file of SOURCES.map((name) => join(root, name)).flatMap(filesIn)) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} path  a file or a folder @returns {string[]} */
function filesIn(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
