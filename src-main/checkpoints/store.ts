/** The checkpoint folder: writing its runs' checkpoints, removing those that need not be kept, and reading them. */
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '@contract/contract';
import { RunName } from '@contract/schemas';
import { UserError, isMissing, reasonOf } from '../base/errors';
import type { Weights } from '../network/parameters';
import { type Checkpoint, flushCheckpoint, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint';
import { checkpointName, entryOf } from './checkpoint-entry';
import { Listing, requireFolder, requireStep } from './listing';
import { type RunLock, lockRun } from './lock';
import { recoverRun } from './recovery';
import { obsoleteOf } from './retention';
import { nextRunNumber, rememberRunNumber } from './run-names';
import type { StateContent } from './state-file';
import { requireUsableFolder } from './usable-folder';

/** Names tried for a new run, when other processes take one after the other. */
const MAX_NAMES = 100;

/** How far the disk is behind the system's cache: names of checkpoints of one run. */
interface Progress {
  /** The run's, see `#pathOf`. */
  folder: string;
  /** The newest one that the disk has; all that would be left after a power cut. */
  flushed: string | null;
  /** The one that the disk is getting. */
  flushing: string | null;
}

export class CheckpointStore {
  readonly #listing: Listing;

  /** By run. */
  readonly #progress = new Map<string, Progress>();

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
      // Not recursive: a checkpoint folder that went away (an unplugged disk) must not come back empty elsewhere.
      mkdirSync(path);
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
      `${path} is a link to another place. Choose the folder that the run itself is in.`,
    );
  }

  /**
   * Writes a checkpoint of a run that is held into the system's cache, see `writeCheckpoint`; `flush` has it on the disk.
   * @throws the file system's error when it could not be written; all that are needed are still there
   */
  async write(content: StateContent, weights: Weights, momentumBuffers: Weights): Promise<void> {
    const { run, runId, step } = content;
    const progress = this.#progressOf(run);
    const { folder } = progress;
    const name = checkpointName(step);
    const written = entryOf(name, content, 0);
    const others = this.#listing.known(run, runId).filter((other) => other.name !== name);
    progress.flushed ??= others.toSorted((a, b) => b.step - a.step)[0]?.name ?? null;
    const [obsolete] = obsoleteOf([...others, written], neededBy(progress));
    const { bytes, reused } = await writeCheckpoint(
      join(folder, name),
      content,
      weights,
      momentumBuffers,
      obsolete === undefined ? null : join(folder, obsolete),
    );
    this.#listing.add(run, { ...written, bytes });
    if (obsolete !== undefined && reused) this.#listing.remove(run, obsolete);
  }

  /**
   * Waits until the disk has a checkpoint that was written. Then removes those that need not be kept any longer.
   * @throws the file system's error
   */
  async flush({ run, runId, step }: Pick<StateContent, 'run' | 'runId' | 'step'>): Promise<void> {
    const name = checkpointName(step);
    const progress = this.#progressOf(run);
    const { folder } = progress;
    progress.flushing = name;
    try {
      await flushCheckpoint(join(folder, name));
      progress.flushed = name;
    } finally {
      progress.flushing = null;
    }
    for (const old of obsoleteOf(this.#listing.known(run, runId), neededBy(progress))) {
      if (removeCheckpoint(join(folder, old))) this.#listing.remove(run, old);
    }
  }

  /**
   * Reads a run's newest intact checkpoint.
   * @returns it, and a message for each newer one that was passed over because it is damaged
   * @throws UserError `run-unreadable` when no checkpoint of the run can be used
   */
  async readNewest(run: string): Promise<{ checkpoint: Checkpoint; name: string; passedOver: string[] }> {
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
   * Reads and verifies one checkpoint.
   * @throws UserError saying what is wrong with it, `checkpoint-gone` when it is not there (any more)
   */
  async read(run: string, name: string): Promise<Checkpoint> {
    const path = join(this.#pathOf(run), name);
    try {
      await requireFolder(path);
      const checkpoint = await readCheckpoint(path);
      requireStep(path, name, checkpoint.state);
      return checkpoint;
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

  /** Looks at all of a run's checkpoints anew the next time: a person may have changed or removed some. */
  forget(run: string): void {
    this.#listing.forget(run);
  }

  #progressOf(run: string): Progress {
    let progress = this.#progress.get(run);
    if (!progress) {
      progress = { folder: this.#pathOf(RunName.parse(run)), flushed: null, flushing: null };
      this.#progress.set(run, progress);
    }
    return progress;
  }
}

/** Opens the folder that the user picked. @throws UserError as `requireUsableFolder` does */
export async function openStore(folder: string): Promise<CheckpointStore> {
  await requireUsableFolder(folder);
  return new CheckpointStore(folder);
}

/** Names of the checkpoints that must stay, whatever else is there, until the disk has a newer one. */
function neededBy({ flushed, flushing }: Progress): ReadonlySet<string> {
  return new Set([flushed, flushing].filter((name) => name !== null));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
