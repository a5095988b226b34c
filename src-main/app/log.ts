/**
 * The log file in the user's profile: what happened and why. It contains no drawings, pixels or weights. When it
 * reaches one megabyte it is renamed to `main.old.log`, and a new one is started.
 */
// The variant for plain Node: Electron's also listens to messages from windows.
import log from 'electron-log/node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param profile the user-data folder */
export function openLog(profile: string): void {
  log.transports.file.resolvePathFn = () => join(profile, 'logs', 'main.log');
  // Writing to a closed terminal would fail.
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
