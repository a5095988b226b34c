/** Packs the application's files into the archive that Electron runs. */
import asar from '@electron/asar';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stage } from './layout.mjs';

/** Must stay outside the archive, since the system's loader opens these files. */
const OUTSIDE = 'node_modules/@tensorflow/tfjs-node-gpu/{lib,deps}';

/** Packs `stage`. @param {string} folder  receives `app.asar`, and `app.asar.unpacked` with the files outside it */
export async function packArchive(folder) {
  mkdirSync(folder, { recursive: true });
  await asar.createPackageWithOptions(stage, join(folder, 'app.asar'), { unpackDir: OUTSIDE });
}
