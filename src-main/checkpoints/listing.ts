/** Lists the runs of a checkpoint folder and their checkpoints, even while other processes write and remove them. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointInfo, RunSummary } from '@contract/contract';
import { RunName } from '@contract/schemas';
import { sideBySide } from '../base/async';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { readState } from './checkpoint';
import { type CheckpointEntry, entryOf, isCheckpointName, stepOf } from './checkpoint-entry';
import { bestOf } from './retention';
import { type RunFile, readRunFile } from './run-file';
import { STATE_FILE, type StateFile } from './state-file';

/** A checkpoint in a list: its entry, or why it cannot be used. */
export type Listed =
  { name: string; entry: CheckpointEntry; damage: null } | { name: string; entry: null; damage: string };

/** How many times checkpoints are read if they change while they are read. */
export const MAX_LOOKS = 3;
/** How many are read side by side. */
const RUNS_AT_ONCE = 8;
const CHECKPOINTS_AT_ONCE = 32;

/** A checkpoint that was read or written. */
interface Known {
  /** Its entry, or what is wrong with it. */
  found: CheckpointEntry | string;
  /** See `identityOf`; null for one that was written here, until it is listed. */
  identity: string | null;
}

export class Listing {
  /** By run and name, so that only new checkpoints are read. */
  readonly #entries = new Map<string, Map<string, Known>>();

  /** @param folder the checkpoint folder */
  constructor(private readonly folder: string) {}

  /**
   * Lists the runs of the folder with their checkpoints, newest run first.
   * @throws UserError `folder-unusable` if the folder cannot be read
   */
  async runs(): Promise<RunSummary[]> {
    const summaries = await sideBySide(await this.#runNames(), RUNS_AT_ONCE, async (run) => {
      const listed = await this.checkpoints(run);
      return listed.length === 0 ? [] : [summaryOf(run, listed, await readRunFile(join(this.folder, run)))];
    });
    const runs = summaries.flat();
    return runs.sort((a, b) => savedAt(b) - savedAt(a) || compareNames(b.run, a.run));
  }

  /**
   * Lists the checkpoints of a run, newest first; none if its folder is gone. One that vanishes meanwhile, removed by a
   * person or by the process that trains the run, is left out.
   * @param looks how many times the folder is read at most
   */
  async checkpoints(run: string, looks = MAX_LOOKS): Promise<Listed[]> {
    const names = await this.#checkpointNames(run);
    await this.#forgetIfReplaced(run, names[0]);
    const looked = await sideBySide(names, CHECKPOINTS_AT_ONCE, (name) => this.#list(run, name));
    const listed = looked.filter((item) => item !== null);
    // All were replaced by newer ones before they were read.
    if (listed.length === 0 && names.length > 0 && looks > 1) return this.checkpoints(run, looks - 1);
    const owner = ownerOf(run, entriesIn(listed));
    return listed.map((item) =>
      item.entry === null || item.entry.runId === owner
        ? item
        : {
            name: item.name,
            entry: null,
            damage: `${join(this.folder, run, item.name)} is a checkpoint of another run.`,
          },
    );
  }

  /** @returns null if it is gone */
  async #list(run: string, name: string): Promise<Listed | null> {
    const entries = this.#entriesOf(run);
    const looked = entries.get(name) ?? (await this.#lookAt(run, name));
    // An entry added meanwhile is newer.
    const known = entries.get(name) ?? looked;
    if (known === null) return null;
    const { found } = known;
    if (typeof found === 'string') return { name, entry: null, damage: found };
    entries.set(name, known);
    return { name, entry: found, damage: null };
  }

  /** The known entries of the checkpoints with a run's id, in no order. */
  known(run: string, runId: string): CheckpointEntry[] {
    return this.#knownOf(run).filter((entry) => entry.runId === runId);
  }

  /** Adds a newly written checkpoint. */
  add(run: string, entry: CheckpointEntry): void {
    this.#entriesOf(run).set(entry.name, { found: entry, identity: null });
  }

  /** Drops a removed checkpoint. */
  remove(run: string, name: string): void {
    this.#entriesOf(run).delete(name);
  }

  /** Lists a checkpoint as damaged until the run is forgotten. @param damage what is wrong with it, in words */
  markDamaged(run: string, name: string, damage: string): void {
    this.#entriesOf(run).set(name, { found: damage, identity: null });
  }

  /** Makes the next list read all checkpoints of a run again: a person may have changed or removed some. */
  forget(run: string): void {
    this.#entries.delete(run);
  }

  /** Names of the folders that may be runs. Links are not followed. */
  async #runNames(): Promise<string[]> {
    try {
      const entries = await readdir(this.folder, { withFileTypes: true });
      return entries
        .filter((item) => item.isDirectory() && RunName.safeParse(item.name).success)
        .map(({ name }) => name);
    } catch (error) {
      throw new UserError(
        'folder-unusable',
        `The folder for runs, ${this.folder}, cannot be read: ${reasonOf(error)}. Make it readable again, or choose another folder.`,
        { cause: error },
      );
    }
  }

  /** Names of a run's checkpoints, newest first; none if the folder is gone or cannot be read. */
  async #checkpointNames(run: string): Promise<string[]> {
    const names = await readdir(join(this.folder, run)).catch(() => []);
    return names.filter(isCheckpointName).sort((a, b) => stepOf(b) - stepOf(a));
  }

  /** Forgets a run if another one of its name has replaced it, which its newest checkpoint reveals. */
  async #forgetIfReplaced(run: string, newest: string | undefined): Promise<void> {
    if (newest === undefined) return;
    const known = this.#entriesOf(run).get(newest);
    if (known) {
      const identity = await identityOf(join(this.folder, run, newest));
      known.identity ??= identity;
      if (known.identity !== identity) this.forget(run);
      return;
    }
    const looked = await this.#lookAt(run, newest);
    if (looked === null || typeof looked.found === 'string') return;
    const { runId } = looked.found;
    if (this.#knownOf(run).some((entry) => entry.runId !== runId)) this.forget(run);
    if (!this.#entriesOf(run).has(newest)) this.#entriesOf(run).set(newest, looked);
  }

  /** @returns the checkpoint's entry, or why it cannot be used; null if it is gone */
  async #lookAt(run: string, name: string): Promise<Known | null> {
    const path = join(this.folder, run, name);
    for (let look = 1; look <= MAX_LOOKS; look++) {
      const identity = await identityOf(path);
      if (identity === null) return null;
      const found = await readEntry(path, name);
      // If it was replaced while it was read, the damage found says nothing about the new one.
      if (typeof found !== 'string' || identity === (await identityOf(path))) return { found, identity };
    }
    return null;
  }

  #entriesOf(run: string): Map<string, Known> {
    let entries = this.#entries.get(run);
    if (!entries) this.#entries.set(run, (entries = new Map<string, Known>()));
    return entries;
  }

  #knownOf(run: string): CheckpointEntry[] {
    // Called for each checkpoint that is written.
    const entries: CheckpointEntry[] = [];
    for (const { found } of this.#entriesOf(run).values()) if (typeof found !== 'string') entries.push(found);
    return entries;
  }
}

/** @throws UserError if the checkpoint's step differs from the one in its name */
export function requireStep(path: string, name: string, { step }: StateFile): void {
  if (step === stepOf(name)) return;
  throw new UserError('checkpoint-damaged', `${path} is damaged: it contains step ${step.toLocaleString('en')}.`);
}

/** @throws UserError if a checkpoint's path is a file or a link */
export async function requireFolder(path: string): Promise<void> {
  if ((await lstat(path)).isDirectory()) return;
  throw new UserError('checkpoint-damaged', `${path} is damaged: it is not a folder.`);
}

/** @returns the checkpoint's entry, or why it cannot be used */
async function readEntry(path: string, name: string): Promise<CheckpointEntry | string> {
  try {
    await requireFolder(path);
    const state = await readState(path);
    requireStep(path, name, state);
    let bytes = (await stat(join(path, STATE_FILE))).size;
    for (const [file, expected] of Object.entries(state.files)) {
      const status = await lstat(join(path, file)).catch(() => null);
      if (!status?.isFile() || status.size !== expected.bytes) {
        return `${join(path, file)} is damaged: its size has changed since it was saved.`;
      }
      bytes += status.size;
    }
    return entryOf(name, state, bytes);
  } catch (error) {
    return error instanceof UserError ? error.message : `${path}: ${reasonOf(error)}.`;
  }
}

/** @returns a string that changes when the folder is replaced or its content changes; null if it is gone */
async function identityOf(path: string): Promise<string | null> {
  try {
    const { ino, mtimeMs } = await lstat(path);
    return `${ino} ${mtimeMs}`;
  } catch (error) {
    if (isMissing(error)) return null;
    return reasonOf(error);
  }
}

function entriesIn(listed: Listed[]): CheckpointEntry[] {
  return listed.flatMap(({ entry }) => entry ?? []);
}

/**
 * Decides which run a folder with checkpoints of several runs belongs to: the one with the most checkpoints.
 * Checkpoints that state the folder's name take precedence over others; in a tie the older run wins.
 * @returns the run's id; undefined without checkpoints
 */
function ownerOf(run: string, entries: CheckpointEntry[]): string | undefined {
  const named = entries.filter((entry) => entry.run === run);
  const counts = new Map<string, number>();
  for (const { runId } of (named.length > 0 ? named : entries).toSorted(byTime)) {
    counts.set(runId, (counts.get(runId) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function byTime(a: CheckpointEntry, b: CheckpointEntry): number {
  return Date.parse(a.savedAt) - Date.parse(b.savedAt);
}

function summaryOf(run: string, listed: Listed[], { name, note, origin, trial }: RunFile): RunSummary {
  const newestFirst = entriesIn(listed);
  const [newest] = newestFirst;
  const best = bestOf(newestFirst);
  const checkpoints: CheckpointInfo[] = newestFirst.map((entry) => ({
    run,
    name: entry.name,
    step: entry.step,
    epoch: entry.epoch,
    testAccuracy: entry.ownAccuracy,
    bytes: entry.bytes,
    savedAt: Date.parse(entry.savedAt),
    best: entry === best,
    latest: entry === newest,
    finished: entry.finished,
  }));
  const damage = listed.find((item) => item.damage !== null)?.damage;
  const use = newest
    ? `The newest intact checkpoint is at step ${newest.step.toLocaleString('en')}.`
    : 'None of its checkpoints can be used.';
  const file = newest?.originFile ?? null;
  return {
    run,
    name: name === undefined || name === '' ? run : name,
    note: note ?? '',
    config: newest?.config ?? null,
    dataset: newest?.dataset ?? null,
    device: newest?.device ?? null,
    origin: origin ?? (file === null ? null : { file }),
    trial: trial ?? null,
    epochs: newest?.epochs ?? 0,
    finished: newest?.finished ?? false,
    testAccuracy: newest?.testAccuracy ?? null,
    checkpoints,
    warning: damage === undefined ? null : `${damage} ${use}`,
  };
}

function savedAt({ checkpoints }: RunSummary): number {
  return checkpoints[0]?.savedAt ?? 0;
}

function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
