/** Small disks for tests, which can be filled, made read-only and detached. Needs root on Linux. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @param size in mount's notation, e.g. `400k` */
export class Tmpfs {
  readonly folder: string;

  constructor(size: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'digit-studio-disk-'));
    quietly('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', this.folder);
  }

  /** @param options e.g. `size=20m`, `ro` */
  remount(options: string): void {
    quietly('mount', '-o', `remount,${options}`, this.folder);
  }

  /** Detaches the disk even if files on it are open, like unplugging it. */
  detach(): void {
    quietly('umount', '-l', this.folder);
  }

  remove(): void {
    try {
      this.detach();
    } catch {
      // The test has already detached it.
    }
    rmdirSync(this.folder);
  }
}

/** Why such disks cannot be created here; null if they can. */
export function noTmpfsHere(): string | null {
  try {
    new Tmpfs('64k').remove();
    return null;
  } catch (error) {
    return `mounting a tmpfs is not permitted here: ${(error as Error).message.trim()}`;
  }
}

function quietly(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'pipe' });
}
