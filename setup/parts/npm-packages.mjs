/** The npm packages, exactly as the lockfile names them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../tools/messages.mjs';
import { readJson, root } from '../tools/project.mjs';
import { run } from '../tools/run.mjs';

export const npmPackages = {
  /**
   * npm writes the list of what it installed when it has ended, and `npm ci` begins by deleting it, so an interrupted
   * installation has none. It is compared with the lockfile, which also accepts an `npm ci` that somebody ran by hand.
   */
  isReady() {
    if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
    const installed = readJson('node_modules/.package-lock.json').packages;
    return Object.entries(readJson('package-lock.json').packages).every(([path, wanted]) => {
      if (path === '') return true;
      const found = installed[path];
      // Optional packages are for other platforms when they are absent.
      if (!found) return wanted.optional === true;
      return found.integrity === wanted.integrity && existsSync(join(root, path, 'package.json'));
    });
  },

  async prepare() {
    step('npm packages: installing what package-lock.json names');
    await run(
      'npm',
      [
        'ci',
        // The install scripts download from hosts that many networks do not reach, and what they would fetch is
        // fetched, checked, by the other parts of set-up.
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        // Electron's package asks for Node 22 for its install script, which is not run; npm would warn about it.
        '--loglevel=error',
      ],
      { env: { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' } },
    );
  },
};
