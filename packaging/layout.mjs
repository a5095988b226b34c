/** The folders of packaging. */
import { join } from 'node:path';
import { readJson, root } from '../setup/tools/project.mjs';

export const { productName, version, description } = readJson('package.json');

/** The finished packages. Ignored by git. */
export const dist = join(root, 'dist');

/** Work in progress, and packages that are only built for testing. */
export const work = join(dist, 'work');

/** The application's files as Electron runs them, before they are packed. */
export const stage = join(work, 'application');

/** This machine's system and processor, in Electron's words: `linux-x64`. */
export const target = `${process.platform}-${process.arch}`;
