/** Packs the gathered application into the archive that Electron runs. */
import asar from '@electron/asar';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stage } from './layout.mjs';

/** What has to stay outside the archive, since the system's loader opens it. */
const OUTSIDE = 'node_modules/@tensorflow/tfjs-node-gpu/{lib,deps}';

/** Packs `stage`. @param {string} folder  gets `app.asar`, and `app.asar.unpacked` with what stays outside */
export async function packArchive(folder) {
  mkdirSync(folder, { recursive: true });
  await asar.createPackageWithOptions(stage, join(folder, 'app.asar'), { unpackDir: OUTSIDE });
}
