/**
 * The log: what happened and why, in a file of the user's profile. It has no drawings, no pixels and no weights. When
 * it is a megabyte long it becomes `main.old.log`, and a new one begins.
 */
// The form for plain Node: that for Electron also listens to what windows say.
import log from 'electron-log/node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param profile the user-data folder */
export function openLog(profile: string): void {
  log.transports.file.resolvePathFn = () => join(profile, 'logs', 'main.log');
  // A terminal that was closed is no reason for an error.
  log.transports.console.level = false;
}

export const logFile = (): string => log.transports.file.getFile().path;

/** @returns the newest lines, oldest first */
export function lastLogLines(count: number): string[] {
  try {
    return readFileSync(logFile(), 'utf8').trimEnd().split('\n').slice(-count);
  } catch {
    return [];
  }
}

export { log };
