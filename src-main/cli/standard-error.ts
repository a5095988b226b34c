/** Keeps standard error for what the commands themselves have to say. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';

const STANDARD_ERROR = 2;

/** Passes lines on to standard error where it could not be put back; null in most cases. */
let relay: ChildProcess | null = null;

/** Tells a person what they should know. */
export function warn(line: string): void {
  if (relay) relay.stdin!.write(`${line}\n`);
  else writeSync(STANDARD_ERROR, `${line}\n`);
}

/** To be awaited before the process ends. */
export async function flushWarnings(): Promise<void> {
  if (!relay) return;
  relay.stdin!.end();
  await once(relay, 'close');
}

/**
 * Calls `load` with standard error put aside. TensorFlow's native library writes notices to it while it loads, and no
 * setting stops them; its packages call `Buffer()`, which Node.js warns of. Neither is of use to the person who reads.
 * Afterwards standard error is put back, so that what a crash has to say is seen.
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

/** @returns what puts it back; null where standard error cannot be opened a second time, as a socket cannot */
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
  // In a session of its own, so that Ctrl-C does not end it before the last line.
  const cat = spawn('cat', { stdio: ['pipe', STANDARD_ERROR, 'ignore'], detached: true });
  cat.on('error', () => undefined);
  if (cat.pid !== undefined) {
    relay = cat;
    replaceBy(devNull);
  }
  return null;
}

/** What is opened next is given the lowest number that is free. */
function replaceBy(path: string): void {
  closeSync(STANDARD_ERROR);
  openSync(path, 'a');
}
