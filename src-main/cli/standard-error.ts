/** Reserves standard error for the commands' own messages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';

const STANDARD_ERROR = 2;

/** A process that forwards lines to standard error if it could not be restored; usually null. */
let relay: ChildProcess | null = null;

/** Prints a warning to standard error. */
export function warn(line: string): void {
  if (relay) relay.stdin!.write(`${line}\n`);
  else writeSync(STANDARD_ERROR, `${line}\n`);
}

/** Waits until all warnings are written. Must be awaited before the process ends. */
export async function flushWarnings(): Promise<void> {
  if (!relay) return;
  relay.stdin!.end();
  await once(relay, 'close');
}

/**
 * Calls `load` with standard error redirected. TensorFlow's native library writes notices to it while it loads, which
 * no setting disables, and its packages call `Buffer()`, of which Node.js warns. Neither helps people. Afterwards
 * standard error is restored, so that the message of a crash is seen.
 */
export async function withoutNotices<T>(load: () => Promise<T>): Promise<T> {
  process.noDeprecation = true;
  const restore = process.platform === 'win32' ? null : (reopen() ?? startRelay());
  try {
    return await load();
  } finally {
    restore?.();
  }
}

/** @returns a function that restores it; null if it cannot be opened a second time, e.g. a socket */
function reopen(): (() => void) | null {
  let kept: number;
  try {
    kept = openSync(`/dev/fd/${STANDARD_ERROR}`, 'a');
  } catch {
    return null;
  }
  replaceBy(devNull);
  return () => {
    replaceBy(`/dev/fd/${kept}`);
    closeSync(kept);
  };
}

function startRelay(): null {
  // Detached, so that Ctrl-C does not end it before the last line.
  const cat = spawn('cat', { stdio: ['pipe', STANDARD_ERROR, 'ignore'], detached: true });
  cat.on('error', () => undefined);
  if (cat.pid !== undefined) {
    relay = cat;
    replaceBy(devNull);
  }
  return null;
}

/** Relies on the next file being opened with the lowest free descriptor. */
function replaceBy(path: string): void {
  closeSync(STANDARD_ERROR);
  openSync(path, 'a');
}
