/**
 * Locks runs for writing: a folder `.lock` in the run's folder names the process that has the run open. Locking is
 * atomic: the folder is created under another name and renamed, and a rename cannot replace a folder that is not empty.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError, reasonOf, remedyFor } from '../base/errors';
import { readRegularFileSync } from '../base/regular-file';

export const LOCK = '.lock';
const HOLDER = 'holder.json';
/** A lock takes about two hundred bytes. */
const MAX_HOLDER_BYTES = 10_000;
/** An attempt fails if another process was faster. All attempts fail if renaming is forbidden. */
const MAX_ATTEMPTS = 10;
const TEMPORARY_LOCK = /^\.tmp-lock-[0-9a-f-]{36}$/;

const Holder = z.object({
  /** Distinguishes this lock from all others. */
  id: z.uuid(),
  program: z.string(),
  host: z.string(),
  pid: z.number().int().positive(),
  /** Distinguishes the process from a later one with the same number; null if the system does not say. */
  started: z.string().nullable(),
  /** When the run was opened, ISO 8601. */
  since: z.iso.datetime(),
});
type Holder = z.infer<typeof Holder>;

export interface RunLock {
  /** False once the lock is gone: released, or removed together with its folder. */
  isHeld: () => boolean;
  /** Lets others write the run. Does nothing if the lock is gone with its folder. */
  release: () => void;
}

/** The ids of locks that this process holds. */
const heldHere = new Set<string>();

/**
 * Locks a run for writing until released. The lock of a process that has ended is replaced.
 *
 * @param folder the run's folder; it must exist
 * @throws UserError `run-held` naming the holder, `run-missing` if the folder does not exist, `folder-unusable` if it
 *   cannot be written to
 */
export function lockRun(folder: string): RunLock {
  const id = randomUUID();
  const path = join(folder, LOCK);
  try {
    takeLock(folder, path, id);
    removeLeftovers(folder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (!existsSync(folder)) {
      throw new UserError(
        'run-missing',
        `${folder} does not exist. Start a new run, or choose the folder that contains it.`,
      );
    }
    throw new UserError(
      'folder-unusable',
      `${folder} cannot be written to: ${reasonOf(error)}. ${remedyFor(error)}, or choose another folder.`,
      { cause: error },
    );
  }
  heldHere.add(id);
  return {
    isHeld: () => holderOf(path)?.id === id,
    release: () => {
      heldHere.delete(id);
      try {
        if (holderOf(path)?.id === id) rmSync(path, { recursive: true });
      } catch {
        // A lock that was released, or whose process has ended, is void; the next process removes it.
      }
    },
  };
}

/**
 * Creates the lock, after removing a stale one.
 * @throws UserError `run-held`, or the file system's error if the lock cannot be created in any attempt
 */
function takeLock(folder: string, path: string, id: string): void {
  const holder: Holder = {
    id,
    program: 'electron' in process.versions ? 'a window' : 'the command line',
    host: hostname(),
    pid: process.pid,
    started: startOf(process.pid),
    since: new Date().toISOString(),
  };
  const own = join(folder, `.tmp-lock-${id}`);
  try {
    for (let attempt = 1; !tryToTake(own, path, holder, attempt === MAX_ATTEMPTS); attempt++) removeStale(path, folder);
  } catch (error) {
    tryToRemove(own);
    throw error;
  }
}

/**
 * Creates a lock under a temporary name and renames it.
 * @param last whether this is the last attempt
 * @returns false if another attempt may succeed
 * @throws the file system's error
 */
function tryToTake(own: string, path: string, holder: Holder, last: boolean): boolean {
  try {
    // Another process may have taken the unfinished lock for a leftover and removed it.
    if (!existsSync(join(own, HOLDER))) {
      mkdirSync(own);
      writeFileSync(join(own, HOLDER), JSON.stringify(holder));
    }
    renameSync(own, path);
    return true;
  } catch (error) {
    // Windows reports EPERM if a lock exists, Linux if renaming is forbidden.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (last || !['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(code)) throw error;
    return false;
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // If it cannot be removed it stays; it has no effect.
  }
}

/** Removes a stale lock, unless it is gone already. @throws UserError `run-held` if the lock is not stale */
function removeStale(path: string, folder: string): void {
  const found = holderOf(path);
  if (found && isAlive(found)) throw held(found, path, folder);
  const aside = join(folder, `.tmp-lock-${randomUUID()}`);
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Another process may have replaced the stale lock since it was read.
  const taken = holderOf(aside);
  if (taken && isAlive(taken)) {
    renameSync(aside, path);
    throw held(taken, path, folder);
  }
  tryToRemove(aside);
}

/** Removes the unfinished locks of processes that were interrupted. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => TEMPORARY_LOCK.test(name))) {
    const found = holderOf(join(folder, name));
    if (!found || !isAlive(found)) tryToRemove(join(folder, name));
  }
}

function held({ program, pid, host, since }: Holder, path: string, folder: string): UserError {
  const where = host === hostname() ? '' : ` on ${host}`;
  const way =
    host === hostname()
      ? 'Pause it there first.'
      : `Pause it there first; if that process no longer runs, remove ${path}.`;
  return new UserError(
    'run-held',
    `${basename(folder)} is open in ${program} (process ${pid}${where}, since ${new Date(since).toLocaleString('sv')}). ${way}`,
  );
}

/** @returns null if the lock is gone or cannot be parsed */
function holderOf(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readRegularFileSync(join(path, HOLDER), MAX_HOLDER_BYTES).toString()));
  } catch {
    return null;
  }
}

/** Whether the holder may still write. Processes of another machine are assumed to run. */
function isAlive({ id, host, pid, started }: Holder): boolean {
  if (host !== hostname()) return true;
  if (started !== startOf(pid)) return false;
  if (pid === process.pid) return heldHere.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The boot and time at which a process started, which are unique to it; null without /proc or such a process. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name, in parentheses, may contain spaces; the start, in clock ticks, is the 20th field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // A zombie or dead process no longer writes.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}
