/** Where packaging works and leaves its results. */
import { join } from 'node:path';
import { readJson, root } from '../setup/tools/project.mjs';

export const { productName, version, description } = readJson('package.json');

/** The packages; git ignores it. */
export const dist = join(root, 'dist');

/** What packages are made of, and those that are only made to be tried. */
export const work = join(dist, 'work');

/** The application's files as Electron runs them, before they are packed. */
export const stage = join(work, 'application');

/** This machine's system and processor, in Electron's words: `linux-x64`. */
export const target = `${process.platform}-${process.arch}`;
