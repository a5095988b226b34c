import { rename } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const ATTEMPTS = 10;

/** What a rename depends on; replaced by tests. */
interface System {
  platform: NodeJS.Platform;
  rename: (from: string, to: string) => Promise<void>;
  /** Milliseconds before the second attempt. */
  wait: number;
}

/**
 * Renames a file or folder. On Windows, virus scanners hold new files for a moment and other programs may not rename them
 * meanwhile, so it is tried again for some seconds.
 * @throws the file system's error
 */
export async function renamePatiently(from: string, to: string, system: Partial<System> = {}): Promise<void> {
  const { platform, wait, ...others } = { platform: process.platform, rename, wait: 50, ...system };
  for (let attempt = 1; ; attempt++) {
    try {
      await others.rename(from, to);
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      const mayPass = platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(code);
      if (!mayPass || attempt === ATTEMPTS) throw error;
    }
    await setTimeout(attempt * wait);
  }
}
