import { renameSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const ATTEMPTS = 10;

/**
 * Renames a file or folder. On Windows, virus scanners hold new files for a moment and other programs may not rename them
 * meanwhile, so it is tried again for some seconds.
 * @param {string} from
 * @param {string} to
 * @param {{ platform?: string, rename?: (from: string, to: string) => void, wait?: number }} [system]  for tests; `wait`
 *   is in milliseconds
 */
export async function renamePatiently(from, to, system = {}) {
  const { platform = process.platform, rename = renameSync, wait = 100 } = system;
  for (let attempt = 1; ; attempt++) {
    try {
      rename(from, to);
      return;
    } catch (error) {
      const mayPass = platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(error.code);
      if (!mayPass || attempt === ATTEMPTS) throw error;
    }
    await setTimeout(attempt * wait);
  }
}
