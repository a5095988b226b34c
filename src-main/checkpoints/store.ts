/** The checkpoint folder: writing its runs' checkpoints, removing those that need not be kept, and reading them. */
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '@contract/contract';
import { type History, RunName } from '@contract/schemas';
import { UserError, isMissing, reasonOf } from '../base/errors';
import { flushFile } from '../base/flush';
import type { Weights } from '../network/parameters';
import { type Checkpoint, flushCheckpoint, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint';
import { type CheckpointEntry, checkpointName, entryOf } from './checkpoint-entry';
import { HISTORY_FILE, HistoryWriter } from './history-file';
import { readHistory } from './history-reader';
import { Listing, requireFolder, requireStep } from './listing';
import { type RunLock, lockRun } from './lock';
import { type RunFile, changeRunFile } from './run-file';
import { recoverRun } from './recovery';
import { obsoleteOf } from './retention';
import { nextRunNumber, rememberRemovedRun, rememberRunNumber } from './run-names';
import { type StateContent, stateOf } from './state-file';
import { requireUsableFolder } from './usable-folder';

/** Names tried for a new run, when other processes take one after the other. */
const MAX_NAMES = 100;

/** A checkpoint with the history of its run up to there. */
export interface SavedRun extends Checkpoint {
  history: History;
  /** What is wrong with the history, in words; null when all is well. */
  historyProblem: string | null;
}

/** A run that is written. */
interface Writing {
  /** The run's path, see `#pathOf`. */
  folder: string;
  history: HistoryWriter;
  /** The name of the newest checkpoint that the disk has: all that would be left after a power cut. */
  flushed: string | null;
  /** The name of the checkpoint that the disk is getting. */
  flushing: string | null;
}

export class CheckpointStore {
  readonly #listing: Listing;

  /** By run. */
  readonly #writing = new Map<string, Writing>();

  /** @param folder the one that the user picked; use `openStore` to have it checked */
  constructor(readonly folder: string) {
    this.#listing = new Listing(folder);
  }

  /** See `Listing.runs`. */
  runs(): Promise<RunSummary[]> {
    return this.#listing.runs();
  }

  /**
   * Makes a run's folder where there is none yet, and takes the run for writing.
   * @param run the run's name, else run-1, run-2, ...: the first that no run of the folder has or had
   * @throws UserError `run-held` when another process has it open, `folder-unusable`
   */
  async create(run?: string): Promise<{ run: string; lock: RunLock }> {
    const name = run ?? (await this.#createNext());
    if (run !== undefined) this.#makeFolder(RunName.parse(name));
    return { run: name, lock: this.hold(name) };
  }

  /** Makes the folder of a run with the next free number. @returns the run's name */
  async #createNext(): Promise<string> {
    const first = await nextRunNumber(this.folder);
    for (let number = first; number < first + MAX_NAMES; number++) {
      if (!this.#makeFolder(`run-${number}`)) continue;
      rememberRunNumber(this.folder, number);
      return `run-${number}`;
    }
    throw new UserError(
      'folder-unusable',
      `No new run can be made in ${this.folder}: the names run-${first} to run-${first + MAX_NAMES - 1} are taken. Choose another folder.`,
    );
  }

  /** @returns false when something of that name is there @throws UserError `folder-unusable` */
  #makeFolder(name: string): boolean {
    const path = join(this.folder, name);
    try {
      // Not recursive: a checkpoint folder that went away (an unplugged disk) must not be made again, empty, elsewhere.
      mkdirSync(path);
      // What is known is about a folder of this name that is gone.
      this.forget(name);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw new UserError(
        'folder-unusable',
        `${path} cannot be made: ${reasonOf(error)}. Make room, or choose another folder.`,
        { cause: error },
      );
    }
  }

  /** Changes what `run.json` says of a run. @throws UserError `run-not-described`, `run-elsewhere` */
  describe(run: string, change: RunFile): Promise<void> {
    return changeRunFile(this.#pathOf(run), change);
  }

  /** Takes a run for writing. @throws UserError as `lockRun` does, and `run-elsewhere` */
  hold(run: string): RunLock {
    return lockRun(this.#pathOf(run));
  }

  /**
   * The path of a run's folder, whether it exists or not. A link is not followed: nothing outside the folder that the
   * person chose is read, written or removed.
   * @throws UserError `run-elsewhere`
   */
  #pathOf(run: string): string {
    const path = join(this.folder, run);
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    throw new UserError(
      'run-elsewhere',
      `${path} is a link to another folder. Choose the folder that the run itself is in.`,
    );
  }

  /**
   * Writes a checkpoint of a run that is held into the system's cache, see `writeCheckpoint`, and what is new of its
   * history. `flush` has them on the disk. A checkpoint that need not be kept any longer makes way for it.
   * @throws the file system's error when it could not be written; the checkpoints to keep are there still
   */
  async write(content: StateContent, weights: Weights, momentumBuffers: Weights): Promise<void> {
    const { run, runId, step } = content;
    const writing = this.#writingOf(run);
    const name = checkpointName(step);
    const { folder } = writing;
    const others = this.#listing.known(run, runId).filter((other) => other.name !== name);
    writing.flushed ??= newestOf(others);
    // First: a checkpoint must not be there before the history that it tells of.
    const state = stateOf(content, writing.history.append(content.history));
    const written = entryOf(name, state, 0);
    const [obsolete] = obsoleteOf([...others, written], neededBy(writing));
    const { bytes, reused } = await writeCheckpoint(
      join(folder, name),
      state,
      weights,
      momentumBuffers,
      obsolete === undefined ? null : join(folder, obsolete),
    );
    this.#listing.add(run, { ...written, bytes });
    if (obsolete !== undefined && reused) this.#listing.remove(run, obsolete);
  }

  /**
   * Waits until the disk has a checkpoint that was written, and its history. Then removes those that need not be kept.
   * @throws the file system's error
   */
  async flush({ run, runId, step }: Pick<StateContent, 'run' | 'runId' | 'step'>): Promise<void> {
    const name = checkpointName(step);
    const writing = this.#writingOf(run);
    writing.flushing = name;
    try {
      await flushFile(join(writing.folder, HISTORY_FILE));
      await flushCheckpoint(join(writing.folder, name));
      writing.flushed = name;
    } finally {
      writing.flushing = null;
    }
    // What a write did not remove: one checkpoint may have had to wait for this flush.
    for (const old of obsoleteOf(this.#listing.known(run, runId), neededBy(writing))) {
      if (removeCheckpoint(join(writing.folder, old))) this.#listing.remove(run, old);
    }
  }

  /**
   * Reads a run's newest intact checkpoint.
   * @returns it, and a message for each newer one that was passed over because it is damaged
   * @throws UserError `run-unreadable` when no checkpoint of the run can be used
   */
  async readNewest(run: string): Promise<{ checkpoint: SavedRun; name: string; passedOver: string[] }> {
    this.forget(run);
    const passedOver: string[] = [];
    for (const { name, damage } of await this.#listing.checkpoints(run)) {
      try {
        if (damage !== null) throw new UserError('checkpoint-damaged', damage);
        const checkpoint = await this.read(run, name);
        return { checkpoint, name, passedOver };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // Removed since it was listed, by whoever trains the run.
        if (error.code === 'checkpoint-gone') continue;
        passedOver.push(error.message);
        this.#listing.markDamaged(run, name, error.message);
      }
    }
    throw new UserError(
      'run-unreadable',
      passedOver.length > 0
        ? `${join(this.folder, run)} holds no checkpoint that can be used. ${passedOver.join(' ')}`
        : `${join(this.folder, run)} holds no checkpoint to resume from. Start a new run.`,
    );
  }

  /**
   * Reads and verifies one checkpoint, and the history up to there. A history that is missing or damaged is no error.
   * @throws UserError saying what is wrong with it, `checkpoint-gone` when it is not there (any more)
   */
  async read(run: string, name: string): Promise<SavedRun> {
    const folder = this.#pathOf(run);
    const path = join(folder, name);
    try {
      await requireFolder(path);
      const checkpoint = await readCheckpoint(path);
      requireStep(path, name, checkpoint.state);
      const { runId, history } = checkpoint.state;
      if ('trainLosses' in history) return { ...checkpoint, history, historyProblem: null };
      const older = this.#listing.known(run, runId).flatMap((entry) => entry.history ?? []);
      const { history: read, problem } = await readHistory(folder, history, older);
      return { ...checkpoint, history: read, historyProblem: problem };
    } catch (error) {
      if (isMissing(error) || !isThere(path)) {
        throw new UserError('checkpoint-gone', `${path} is not there any more. Choose another checkpoint.`);
      }
      throw error;
    }
  }

  /** Clears up what a process that ended at the wrong moment left of a run, see `recoverRun`. The run must be held. */
  async recover(run: string): Promise<void> {
    await recoverRun(this.#pathOf(run));
    this.forget(run);
  }

  /** The run's folder was removed. Its number is not given to another run. */
  async noteRemoved(run: string): Promise<void> {
    this.forget(run);
    await rememberRemovedRun(this.folder, run);
  }

  /** Looks at all of a run's files anew the next time: a person may have changed or removed some. */
  forget(run: string): void {
    this.#listing.forget(run);
    this.#writing.delete(run);
  }

  #writingOf(run: string): Writing {
    let writing = this.#writing.get(run);
    if (!writing) {
      const folder = this.#pathOf(RunName.parse(run));
      writing = { folder, history: new HistoryWriter(folder), flushed: null, flushing: null };
      this.#writing.set(run, writing);
    }
    return writing;
  }
}

/** Opens the folder that the user picked. @throws UserError as `requireUsableFolder` does */
export async function openStore(folder: string): Promise<CheckpointStore> {
  await requireUsableFolder(folder);
  return new CheckpointStore(folder);
}

/** Names of the checkpoints that must stay until the disk has a newer one. */
function neededBy({ flushed, flushing }: Writing): ReadonlySet<string> {
  return new Set([flushed, flushing].filter((name) => name !== null));
}

function newestOf(entries: CheckpointEntry[]): string | null {
  return entries.toSorted((a, b) => b.step - a.step)[0]?.name ?? null;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
