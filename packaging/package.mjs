/**
 * `npm run package`: builds this system's packages in `dist/` from what set-up has installed; nothing is downloaded.
 * With `-- --webassembly` it builds small packages without TensorFlow's native library, for all systems.
 * With `-- --with-fallback` it builds them even with an Electron other than the declared one, for trying out.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from '../setup/build.mjs';
import { electronRuntime } from '../setup/parts/electron.mjs';
import { usesGpuLibrary } from '../setup/parts/tensorflow.mjs';
import { prepare } from '../setup/prepare.mjs';
import { sha256Of } from '../setup/tools/download.mjs';
import { SetupError, runMain, step, warn } from '../setup/tools/messages.mjs';
import { readJson, root } from '../setup/tools/project.mjs';
import { dist, version, work } from './layout.mjs';

const webassembly = process.argv.includes('--webassembly');

await runMain(async () => {
  await prepare(webassembly ? { webassembly } : { packaging: true });
  refuseFallback();
  if (!webassembly && usesGpuLibrary()) {
    throw new SetupError(
      'Set-up has installed TensorFlow for graphics cards, which is not packaged. ' +
        'Delete .native/tensorflow-2.21.0-gpu, and try again.',
    );
  }
  rmSync(dist, { recursive: true, force: true });
  // Imported only now, since they need npm packages.
  const { stageApplication } = await import('./application.mjs');
  const { writeBillOfMaterials } = await import('./sbom.mjs');
  step('Building the application');
  await build();
  step('Collecting its files');
  await stageApplication({ native: !webassembly });
  const packages = await pack();
  step('Writing the bill of materials and the checksums');
  const bill = join(dist, `digit-studio${webassembly ? '-webassembly' : ''}-${version}.cdx.json`);
  await writeBillOfMaterials(bill);
  await writeChecksums([...packages, bill]);
  rmSync(work, { recursive: true });
  for (const file of [...packages, bill]) console.log(relative(root, file));
});

/** Set-up may have fallen back on an Electron that no longer gets fixes. */
function refuseFallback() {
  const electron = electronRuntime().version;
  const declared = readJson('package.json').devDependencies.electron;
  if (electron === declared) return;
  const what = `The packages would contain Electron ${electron} instead of the declared ${declared}, which set-up could not download`;
  if (process.argv.includes('--with-fallback')) warn(`${what}: do not publish them.`);
  else
    throw new SetupError(
      `${what}. To build them nevertheless, but not for publishing: npm run package -- --with-fallback`,
    );
}

/** @returns {Promise<string[]>} the packages' paths */
async function pack() {
  if (webassembly) {
    const { packWebAssembly } = await import('./webassembly/packages.mjs');
    return packWebAssembly();
  }
  if (process.platform === 'linux') {
    const { packForLinux } = await import('./linux/packages.mjs');
    return packForLinux();
  }
  const { packWithElectronBuilder } = await import('./others/packages.mjs');
  return packWithElectronBuilder();
}

/** Writes the checksums in the format of `sha256sum --check`. @param {string[]} files */
async function writeChecksums(files) {
  const lines = await Promise.all(files.map(async (file) => `${await sha256Of(file)}  ${basename(file)}\n`));
  writeFileSync(join(dist, 'SHA256SUMS'), lines.join(''));
}
