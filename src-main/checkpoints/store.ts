/** The checkpoint folder: writes, reads and lists its runs' checkpoints, and removes those that are not kept. */
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSummary } from '@contract/contract';
import { DEFAULT_SNAPSHOT_ROOM, type History, RunName } from '@contract/schemas';
import { UserError, isMissing, reasonOf, remedyFor } from '../base/errors';
import { flushFile } from '../base/flush';
import type { Lesson } from '../data/mnist';
import type { Weights } from '../network/parameters';
import { type Checkpoint, flushCheckpoint, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint';
import { checkpointName, entryOf } from './checkpoint-entry';
import { HISTORY_FILE, HistoryWriter } from './history-file';
import { readHistory } from './history-reader';
import { readLesson, writeLesson } from './lesson-file';
import { Listing, MAX_LOOKS, requireFolder, requireStep } from './listing';
import { type RunLock, lockRun } from './lock';
import { type RunFile, changeRunFile, readRunFile } from './run-file';
import { recoverRun } from './recovery';
import { byStepDown, obsoleteOf } from './retention';
import { nextRunNumber, rememberRemovedRun, rememberRunNumber } from './run-names';
import { SNAPSHOTS_FILE, type Snapshot, SnapshotsFile } from './snapshots-file';
import { type StateContent, stateOf } from './state-file';
import { requireUsableFolder } from './usable-folder';

/** How many names are tried for a new run while other processes take them. */
const MAX_NAMES = 100;

/** A checkpoint with the history of its run up to its step. */
export interface SavedRun extends Checkpoint {
  history: History;
  /** What is wrong with the history, in words; null if nothing is. */
  historyProblem: string | null;
}

/** A run that is being written. */
interface Writing {
  /** The run's path, see `#pathOf`. */
  folder: string;
  history: HistoryWriter;
  /** The name of the newest checkpoint on disk, the one that would survive a power cut. */
  flushed: string | null;
  /** The name of the checkpoint that is being flushed. */
  flushing: string | null;
}

export class CheckpointStore {
  readonly #listing: Listing;

  /** By run. */
  readonly #writing = new Map<string, Writing>();

  /**
   * @param folder the checkpoint folder, not checked here; see `openStore`
   * @param snapshotRoom the maximum size of a run's snapshots, in MB; a changed one applies when the run is trained
   */
  constructor(
    readonly folder: string,
    public snapshotRoom: number = DEFAULT_SNAPSHOT_ROOM,
  ) {
    this.#listing = new Listing(folder);
  }

  /** See `Listing.runs`. */
  runs(): Promise<RunSummary[]> {
    return this.#listing.runs();
  }

  /**
   * Creates a run's folder unless it exists, and locks the run for writing.
   * @param run the run's name; by default the first of run-1, run-2, ... that no run in the folder has or had
   * @throws UserError `run-held` if another process has it open, `folder-unusable`
   */
  async create(run?: string): Promise<{ run: string; lock: RunLock }> {
    const name = run ?? (await this.#createNext());
    if (run !== undefined) this.#makeFolder(RunName.parse(name));
    return { run: name, lock: this.hold(name) };
  }

  /** Creates a run's folder with the next free number. @returns the run's name */
  async #createNext(): Promise<string> {
    const first = await nextRunNumber(this.folder);
    for (let number = first; number < first + MAX_NAMES; number++) {
      if (!this.#makeFolder(`run-${number}`)) continue;
      rememberRunNumber(this.folder, number);
      return `run-${number}`;
    }
    throw new UserError(
      'folder-unusable',
      `No new run can be created in ${this.folder}: the names run-${first} to run-${first + MAX_NAMES - 1} are taken. Choose another folder.`,
    );
  }

  /** @returns false if the name is taken @throws UserError `folder-unusable` */
  #makeFolder(name: string): boolean {
    const path = join(this.folder, name);
    try {
      // Not recursive: a checkpoint folder that disappeared (unplugged disk) must not be recreated, empty, elsewhere.
      mkdirSync(path);
      // Cached entries belong to a removed folder with the same name.
      this.forget(name);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw new UserError(
        'folder-unusable',
        `${path} could not be created: ${reasonOf(error)}. ${remedyFor(error)}, or choose another folder.`,
        { cause: error },
      );
    }
  }

  /** Changes a run's `run.json`. @throws UserError `run-not-described`, `run-elsewhere` */
  describe(run: string, change: RunFile): Promise<void> {
    return Promise.resolve().then(() => changeRunFile(this.#pathOf(run), change));
  }

  /** Reads a run's `run.json`. @throws UserError `run-elsewhere` */
  async description(run: string): Promise<RunFile> {
    return readRunFile(this.#pathOf(run));
  }

  /** Writes what a run learns from besides its dataset, see `lesson-file.ts`. @throws the file system's error */
  writeLesson(run: string, lesson: Omit<Lesson, 'base'>): void {
    writeLesson(this.#pathOf(run), lesson);
  }

  /** @throws UserError `lesson-unreadable`, `run-elsewhere` */
  async readLesson(run: string): Promise<Omit<Lesson, 'base'>> {
    return readLesson(this.#pathOf(run));
  }

  /** Locks a run for writing. @throws UserError as `lockRun` does, and `run-elsewhere` */
  hold(run: string): RunLock {
    return lockRun(this.#pathOf(run));
  }

  /**
   * Returns the path of a run's folder, whether it exists or not. Links are refused: nothing outside the checkpoint
   * folder is read, written or removed.
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
   * Writes a checkpoint of a locked run, and the new part of its history, to the system's cache (see
   * `writeCheckpoint`); `flush` waits until they are on disk. A checkpoint that is no longer needed is replaced.
   * @throws the file system's error if it could not be written; all needed checkpoints then remain
   */
  async write(content: StateContent, weights: Weights, momentumBuffers: Weights): Promise<void> {
    const { run, runId, step } = content;
    const writing = this.#writingOf(run);
    const name = checkpointName(step);
    const { folder } = writing;
    const others = this.#listing.known(run, runId).filter((other) => other.name !== name);
    writing.flushed ??= others.toSorted(byStepDown)[0]?.name ?? null;
    // The history is written first: a checkpoint must not exist before the history that it refers to.
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
   * Waits until a written checkpoint and its history are on disk. Then removes checkpoints that are no longer needed.
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
    // Writing keeps the newest checkpoint on disk, which is obsolete only after this flush.
    for (const old of obsoleteOf(this.#listing.known(run, runId), neededBy(writing))) {
      if (removeCheckpoint(join(writing.folder, old))) this.#listing.remove(run, old);
    }
  }

  /**
   * Reads a run's newest intact checkpoint.
   * @param looks how many times the checkpoints are listed at most
   * @returns it, and a message for each newer one that was skipped because it is damaged
   * @throws UserError `run-unreadable` if no checkpoint of the run can be used
   */
  async readNewest(
    run: string,
    looks = MAX_LOOKS,
  ): Promise<{ checkpoint: SavedRun; name: string; passedOver: string[] }> {
    this.forget(run);
    const passedOver: string[] = [];
    const listed = await this.#listing.checkpoints(run);
    for (const { name, damage } of listed) {
      try {
        if (damage !== null) throw new UserError('checkpoint-damaged', damage);
        const checkpoint = await this.read(run, name);
        return { checkpoint, name, passedOver };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // The process that trains the run removed it after it was listed.
        if (error.code === 'checkpoint-gone') continue;
        passedOver.push(error.message);
        this.#listing.markDamaged(run, name, error.message);
      }
    }
    // All others were replaced by newer ones before they were read.
    if (listed.length > passedOver.length && looks > 1) return this.readNewest(run, looks - 1);
    throw new UserError(
      'run-unreadable',
      passedOver.length > 0
        ? `${join(this.folder, run)} contains no checkpoint that can be used. ${passedOver.join(' ')}`
        : `${join(this.folder, run)} contains no checkpoint to resume from. Start a new run.`,
    );
  }

  /**
   * Reads and verifies a checkpoint, and the history up to its step. A missing or damaged history is not an error.
   * @throws UserError saying what is wrong with it, `checkpoint-gone` if it does not exist
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
        throw new UserError('checkpoint-gone', `${path} no longer exists. Choose another checkpoint.`);
      }
      throw error;
    }
  }

  /** The snapshots of a run, see `SnapshotsFile`. */
  snapshots({ run, runId }: Pick<StateContent, 'run' | 'runId'>): SnapshotsFile {
    return new SnapshotsFile(this.#pathOf(run), runId, this.snapshotRoom * 1_000_000);
  }

  /** The size of a run's snapshots, in bytes; 0 if there are none. */
  snapshotBytes(run: string): number {
    return lstatSync(join(this.#pathOf(run), SNAPSHOTS_FILE), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Removes a run's snapshots, which it does not need. @throws UserError `snapshots-not-removed` */
  removeSnapshots(run: string): void {
    try {
      rmSync(join(this.#pathOf(run), SNAPSHOTS_FILE), { force: true });
    } catch (error) {
      throw new UserError('snapshots-not-removed', `The snapshots of ${run} could not be removed: ${reasonOf(error)}.`);
    }
  }

  /** The newest state of a run that is kept at or before a step, as a snapshot or a checkpoint; null if there is none. */
  async stateUpTo({ run, runId }: Pick<StateContent, 'run' | 'runId'>, step: number): Promise<Snapshot | null> {
    const snapshot = this.snapshots({ run, runId }).upTo(step);
    const listed = (await this.#listing.checkpoints(run)).flatMap(({ entry }) => entry ?? []);
    for (const entry of listed.toSorted(byStepDown)) {
      if (entry.step <= (snapshot?.step ?? -1)) break;
      if (entry.step > step || entry.runId !== runId) continue;
      try {
        const { weights, momentumBuffers } = await this.read(run, entry.name);
        return { step: entry.step, weights, momentumBuffers };
      } catch (error) {
        // Damaged, or removed since it was listed.
        if (!(error instanceof UserError)) throw error;
      }
    }
    return snapshot;
  }

  /** The examples seen and the seconds trained at each of a run's checkpoints, in ascending order. */
  async timesOf(run: string): Promise<{ examplesSeen: number; seconds: number }[]> {
    const listed = await this.#listing.checkpoints(run);
    return listed
      .flatMap(({ entry }) => entry ?? [])
      .map(({ examplesSeen, secondsTraining: seconds }) => ({ examplesSeen, seconds }))
      .reverse();
  }

  /** Cleans up after an interrupted process, see `recoverRun`. The run must be locked. */
  async recover(run: string): Promise<void> {
    await recoverRun(this.#pathOf(run));
    this.forget(run);
  }

  /** To be called after a run's folder was removed, so that its number is not used again. */
  async noteRemoved(run: string): Promise<void> {
    this.forget(run);
    await rememberRemovedRun(this.folder, run);
  }

  /** Makes the next access read all of a run's files again: a person may have changed or removed some. */
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
export async function openStore(folder: string, snapshotRoom?: number): Promise<CheckpointStore> {
  await requireUsableFolder(folder);
  return new CheckpointStore(folder, snapshotRoom);
}

/** Names of the checkpoints to keep until a newer one is on disk. */
function neededBy({ flushed, flushing }: Writing): ReadonlySet<string> {
  return new Set([flushed, flushing].filter((name) => name !== null));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
