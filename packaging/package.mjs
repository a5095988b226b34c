/** `npm run package`: makes this system's installers in `dist/`, from what set-up has installed; nothing is fetched. */
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from '../setup/build.mjs';
import { electronRuntime } from '../setup/parts/electron.mjs';
import { prepare } from '../setup/prepare.mjs';
import { sha256Of } from '../setup/tools/download.mjs';
import { runMain, step, warn } from '../setup/tools/messages.mjs';
import { readJson, root } from '../setup/tools/project.mjs';
import { dist, version, work } from './layout.mjs';

await runMain(async () => {
  await prepare({ packaging: true });
  warnOfOldElectron();
  rmSync(dist, { recursive: true, force: true });
  // Only now are the packages there that these import.
  const { stageApplication } = await import('./application.mjs');
  const { writeBillOfMaterials } = await import('./sbom.mjs');
  step('Building the application');
  await build();
  step('Gathering its files');
  await stageApplication();
  const packages = process.platform === 'linux' ? await forLinux() : await forOthers();
  step('Writing the bill of materials and the checksums');
  const bill = join(dist, `digit-studio-${version}.cdx.json`);
  await writeBillOfMaterials(bill);
  await writeChecksums([...packages, bill]);
  rmSync(work, { recursive: true });
  for (const file of [...packages, bill]) console.log(relative(root, file));
});

/** Set-up may have had to fall back on one that gets no fixes any more. */
function warnOfOldElectron() {
  const electron = electronRuntime().version;
  const declared = readJson('package.json').devDependencies.electron;
  if (electron !== declared) {
    warn(`The packages will contain Electron ${electron}, not the declared ${declared}: do not publish them.`);
  }
}

async function forLinux() {
  const { packForLinux } = await import('./linux/packages.mjs');
  return packForLinux();
}

async function forOthers() {
  const { packWithElectronBuilder } = await import('./others/packages.mjs');
  return packWithElectronBuilder();
}

/** In the form that `sha256sum --check` reads. @param {string[]} files */
async function writeChecksums(files) {
  const lines = await Promise.all(files.map(async (file) => `${await sha256Of(file)}  ${basename(file)}\n`));
  writeFileSync(join(dist, 'SHA256SUMS'), lines.join(''));
}
