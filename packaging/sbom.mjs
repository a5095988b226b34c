/**
 * The software bill of materials in the CycloneDX format: the npm packages as npm lists them, without those that are only
 * for building and testing, and the native parts, which npm does not know.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { electronRuntime } from '../setup/parts/electron.mjs';
import { sha256Of } from '../setup/tools/download.mjs';
import { run } from '../setup/tools/run.mjs';
import { stage, version } from './layout.mjs';
import { shippedPackages } from './shipped-packages.mjs';

/** TensorFlow's native library, if it is in the application. */
const tensorflow = join(stage, 'node_modules/@tensorflow/tfjs-node-gpu/deps/lib');

/** @param {string} file  to write */
export async function writeBillOfMaterials(file) {
  const all = JSON.parse(await run('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only']));
  const shipped = new Set(shippedPackages().map(({ name, version }) => `${name}@${version}`));
  const ourselves = `digit-studio@${version}`;
  const native = [...(await electronParts()), ...(existsSync(tensorflow) ? [await tensorflowPart()] : [])];
  const isThere = (/** @type {string} */ ref) => shipped.has(ref);
  const bill = {
    ...all,
    metadata: {
      ...all.metadata,
      lifecycles: [{ phase: 'build' }],
      // npm would use the folder's name.
      component: { ...all.metadata.component, type: 'application', name: 'digit-studio' },
    },
    components: [...all.components.filter((part) => isThere(part['bom-ref'])), ...native],
    dependencies: [
      { ref: ourselves, dependsOn: [...shipped, ...native.map((part) => part['bom-ref'])] },
      ...all.dependencies
        .filter(({ ref }) => isThere(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter(isThere) })),
    ],
  };
  writeFileSync(file, `${JSON.stringify(bill, null, 1)}\n`);
}

/** Electron, and Chromium and Node inside it. */
async function electronParts() {
  const program = electronRuntime().executable;
  const versions = JSON.parse(
    await run(program, ['-p', 'JSON.stringify(process.versions)'], { env: { ELECTRON_RUN_AS_NODE: '1' } }),
  );
  return [
    component('electron', versions.electron, `pkg:npm/electron@${versions.electron}`, 'MIT'),
    component('chromium', versions.chrome, `pkg:generic/chromium@${versions.chrome}`, 'BSD-3-Clause'),
    component('node', versions.node, `pkg:generic/node@${versions.node}`, 'MIT'),
  ];
}

/** TensorFlow, with the version that it reports and its files' checksums. */
async function tensorflowPart() {
  const ask = [
    `process.env.TF_CPP_MIN_LOG_LEVEL = '3';`,
    `const path = require.resolve('@tensorflow/tfjs-node-gpu/package.json');`,
    `console.log(require(require('path').join(path, '../lib/napi-v8/tfjs_binding.node')).TF_Version);`,
  ].join(' ');
  const version = (await run(process.execPath, ['-e', ask])).trim();
  const files = readdirSync(tensorflow, { withFileTypes: true }).filter((entry) => entry.isFile());
  return {
    ...component('tensorflow', version, `pkg:generic/tensorflow@${version}`, 'Apache-2.0'),
    components: await Promise.all(
      files.map(async ({ name }) => ({
        type: 'file',
        name,
        hashes: [{ alg: 'SHA-256', content: await sha256Of(join(tensorflow, name)) }],
      })),
    ),
  };
}

/** @param {string} name @param {string} version @param {string} purl @param {string} license */
function component(name, version, purl, license) {
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl,
    licenses: [{ license: { id: license } }],
  };
}
