/** Installs the npm packages, exactly as in the lockfile. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../tools/messages.mjs';
import { readJson, root } from '../tools/project.mjs';
import { run } from '../tools/run.mjs';

export const npmPackages = {
  /**
   * npm writes the list of installed packages last, and `npm ci` deletes it first, so an interrupted installation has none.
   * The list is compared with the lockfile, so an `npm ci` that somebody ran by hand is accepted too.
   */
  isReady() {
    if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
    const installed = readJson('node_modules/.package-lock.json').packages;
    return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
      if (path === '') return true;
      const found = installed[path];
      // Missing optional packages are for other platforms.
      if (!found) return wanted.optional === true;
      return found.integrity === wanted.integrity && existsSync(join(root, path, 'package.json'));
    });
  },

  async prepare() {
    step('npm packages: installing those in package-lock.json');
    await run(
      'npm',
      [
        'ci',
        // The install scripts download from hosts that many networks do not reach. The other parts of set-up download
        // the same files, and check them.
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        // npm would warn that Electron's install script needs Node 22, but that script is not run.
        '--loglevel=error',
      ],
      { env: { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' } },
    );
  },
};
