/**
 * Who may write a run: a folder `.lock` in the run's folder names the process that has the run open. The lock appears
 * with its content or not at all: it is made under another name and renamed, and a folder cannot be renamed over one
 * that holds something.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError, reasonOf } from '../base/errors';
import { readRegularFileSync } from '../base/regular-file';

export const LOCK = '.lock';
const HOLDER = 'holder.json';
/** Ours have some two hundred bytes. */
const MAX_HOLDER_BYTES = 10_000;
/** An attempt fails when another process comes first, and when renaming is forbidden: then all of them do. */
const MAX_ATTEMPTS = 10;
const TEMPORARY_LOCK = /^\.tmp-lock-[0-9a-f-]{36}$/;

const Holder = z.object({
  /** Tells this lock from all others. */
  id: z.uuid(),
  program: z.string(),
  host: z.string(),
  pid: z.number().int().positive(),
  /** Tells the process from a later one with the same number; null where the system does not say. */
  started: z.string().nullable(),
  /** When the run was opened, ISO 8601. */
  since: z.iso.datetime(),
});
type Holder = z.infer<typeof Holder>;

export interface RunLock {
  /** False once the lock is gone: released, or removed together with its folder. */
  isHeld: () => boolean;
  /** Lets others write the run. Does nothing when the lock is gone with its folder. */
  release: () => void;
}

/** The locks of this very process that are not released yet. */
const heldHere = new Set<string>();

/**
 * Takes a run for writing, until released. What a process left behind that is no more is taken over.
 *
 * @param folder the run's; it must exist
 * @throws UserError `run-held` naming who holds it, `run-missing` without that
 *   folder, `folder-unusable` where nothing can be written
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
        `${folder} is not there. Start a new run, or choose the folder that holds it.`,
      );
    }
    throw new UserError(
      'folder-unusable',
      `${folder} cannot be written to: ${reasonOf(error)}. Make room, or choose another folder.`,
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
        // A lock whose process has released it, or ended, counts no more; the next process removes it.
      }
    },
  };
}

/**
 * Makes the lock, after removing one that nobody holds any more.
 * @throws UserError `run-held`, or the file system's error when the lock cannot be made, whoever else comes and goes
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
 * Makes a lock beside its place and renames it.
 * @param last whether this is the last attempt
 * @returns false when another attempt may succeed
 * @throws the file system's error
 */
function tryToTake(own: string, path: string, holder: Holder, last: boolean): boolean {
  try {
    // Another process may have taken the half-made lock for a leftover, and removed it.
    if (!existsSync(join(own, HOLDER))) {
      mkdirSync(own);
      writeFileSync(join(own, HOLDER), JSON.stringify(holder));
    }
    renameSync(own, path);
    return true;
  } catch (error) {
    // EPERM is what Windows says when a lock is there, and what Linux says where renaming is forbidden.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (last || !['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(code)) throw error;
    return false;
  }
}

function tryToRemove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Where removing is forbidden it stays; it counts for nothing.
  }
}

/** Removes a lock that nobody holds, unless it is gone already. @throws UserError `run-held` when somebody does */
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
  // Another process may have taken the stale lock over since it was read.
  const taken = holderOf(aside);
  if (taken && isAlive(taken)) {
    renameSync(aside, path);
    throw held(taken, path, folder);
  }
  tryToRemove(aside);
}

/** Removes the half-made locks of processes that ended at the wrong moment. */
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
      ? 'Stop it there first.'
      : `Stop it there first; if it does not run there any more, remove ${path}.`;
  return new UserError(
    'run-held',
    `${basename(folder)} is open in ${program} (process ${pid}${where}, since ${new Date(since).toLocaleString('sv')}). ${way}`,
  );
}

/** @returns null when the lock is gone or cannot be understood */
function holderOf(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readRegularFileSync(join(path, HOLDER), MAX_HOLDER_BYTES).toString()));
  } catch {
    return null;
  }
}

/** Whether the holder may still write. Of another machine's processes nothing is known. */
function isAlive({ id, host, pid, started }: Holder): boolean {
  if (host !== hostname()) return true;
  if (started !== startOf(pid)) return false;
  if (pid === process.pid) return heldHere.has(id);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it is another user's, and there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in a form that only it has; null where the system has no /proc, or no such process. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name, in parentheses, may hold spaces; the start, in clock ticks, is the 20th field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // A zombie or dead process writes nothing any more.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}
