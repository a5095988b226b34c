/**
 * Who may write a run: a folder `.lock` in the run's folder names the process that has it open. It
 * comes with its content or not at all, since it is made beside its place and renamed, and folders
 * cannot be renamed over one that holds something.
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
/** In bytes; ours have some two hundred. */
const LARGEST_HOLDER = 10_000;
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
  const holder: Holder = {
    id,
    program: 'electron' in process.versions ? 'a window' : 'the command line',
    host: hostname(),
    pid: process.pid,
    started: startOf(process.pid),
    since: new Date().toISOString(),
  };
  const own = join(folder, `.tmp-lock-${id}`);
  const place = join(folder, LOCK);
  try {
    mkdirSync(own);
    writeFileSync(join(own, HOLDER), JSON.stringify(holder));
    while (!moved(own, place)) removeStale(place, folder);
    cleanUp(folder);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
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
    release: () => {
      heldHere.delete(id);
      try {
        if (holderOf(place)?.id === id) rmSync(place, { recursive: true });
      } catch {
        // Without its process it is no lock any more; the next to come removes it.
      }
    },
  };
}

/** @returns false when a lock is there already */
function moved(own: string, place: string): boolean {
  try {
    renameSync(own, place);
    return true;
  } catch (error) {
    // Windows says EPERM.
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Removes a lock that nobody holds, unless it is gone already. @throws UserError `run-held` when somebody does */
function removeStale(place: string, folder: string): void {
  const found = holderOf(place);
  if (found && isAlive(found)) throw held(found, place, folder);
  const aside = join(folder, `.tmp-lock-${randomUUID()}`);
  try {
    renameSync(place, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Another process may have taken the stale lock over since it was read.
  const taken = holderOf(aside);
  if (taken && isAlive(taken)) {
    renameSync(aside, place);
    throw held(taken, place, folder);
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Removes what processes that ended at the wrong moment left of their locks. */
function cleanUp(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => TEMPORARY_LOCK.test(name))) {
    const found = holderOf(join(folder, name));
    if (!found || !isAlive(found)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function held({ program, pid, host, since }: Holder, place: string, folder: string): UserError {
  const where = host === hostname() ? '' : ` on ${host}`;
  const way =
    host === hostname()
      ? 'Stop it there first.'
      : `Stop it there first; if it does not run there any more, remove ${place}.`;
  return new UserError(
    'run-held',
    `${basename(folder)} is open in ${program} (process ${pid}${where}, since ${new Date(since).toLocaleString('sv')}). ${way}`,
  );
}

/** @returns null when the lock is gone or cannot be understood */
function holderOf(place: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readRegularFileSync(join(place, HOLDER), LARGEST_HOLDER).toString()));
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
