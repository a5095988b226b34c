/** The installers for Windows and macOS, made by electron-builder on those systems. */
import { join } from 'node:path';
import { step } from '../../setup/tools/messages.mjs';
import { run } from '../../setup/tools/run.mjs';
import { packArchive } from '../archive.mjs';
import { work } from '../layout.mjs';
import { writeLicences } from '../licences.mjs';
import { configuration } from './configuration.mjs';

/** @returns {Promise<string[]>} the installers' paths */
export async function packWithElectronBuilder() {
  const licences = join(work, 'licences');
  writeLicences(licences);
  // electron-builder treats a folder that contains an archive as an application that is already packed.
  const packed = join(work, 'packed');
  await packArchive(packed);
  step('Downloading electron-builder, which builds the installers');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: import.meta.dirname,
  });
  step('Building the installers');
  const { build } = await import('electron-builder');
  const made = await build({ projectDir: packed, config: configuration(licences), publish: 'never' });
  return made.filter((file) => !file.endsWith('.blockmap'));
}
