/** The checkpoint folder: its runs, their checkpoints, and which of those are kept. */
import { accessSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointInfo, RunSummary } from '@contract/contract';
import { RunName } from '@contract/schemas';
import { UserError, reasonOf } from '../base/errors';
import type { Weights } from '../network/parameters';
import {
  type Checkpoint,
  TEMPORARY_NAME,
  flushCheckpoint,
  readCheckpoint,
  readState,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint';
import { type RunLock, lockRun } from './lock';
import { STATE_FILE, type StateContent, type StateFile, stepsPerEpoch } from './state-file';

export const CHECKPOINT_NAME = /^step-(\d{8,})$/;

/** Beside the best one and the last of each epoch. */
const NEWEST_KEPT = 3;

const nameOf = (step: number) => `step-${step.toString().padStart(8, '0')}`;

/** What is known of a checkpoint without opening its weights. */
interface Known {
  name: string;
  /** The run's name when it was written; a person may have renamed its folder since. */
  run: string;
  runId: string;
  step: number;
  epoch: number;
  epochs: number;
  finished: boolean;
  /** The last test up to this checkpoint. */
  testAccuracy: number | null;
  /** The test of these very weights, when there was one. */
  ownAccuracy: number | null;
  epochEnd: boolean;
  bytes: number;
  /** ISO 8601 */
  savedAt: string;
}

/** A checkpoint of a listing: what is known of it, or why it cannot be used. */
interface Seen {
  name: string;
  known: Known | null;
  damage: string | null;
}

/** How far the disk is behind the system's cache: names of checkpoints of one run. */
interface Progress {
  /** The run's, see `#placeOf`. */
  folder: string;
  /** The newest one that the disk has; all that would be left after a power cut. */
  flushed: string | null;
  /** The one that the disk is getting. */
  flushing: string | null;
}

export class CheckpointStore {
  /**
   * By run, then by checkpoint name, so that a listing reads only what it has not seen; of a checkpoint
   * that cannot be used, why.
   */
  readonly #known = new Map<string, Map<string, Known | string>>();

  /** By run. */
  readonly #progress = new Map<string, Progress>();

  /** @param folder the one that the user picked; use `openStore` to have it checked */
  constructor(readonly folder: string) {}

  /** The runs of the folder with their sound-looking checkpoints, newest run first. */
  async runs(): Promise<RunSummary[]> {
    const runs: RunSummary[] = [];
    for (const run of await this.#runNames()) {
      const seen = await this.#look(run);
      const summary = summarise(
        run,
        seen.flatMap(({ known }) => known ?? []),
        seen.flatMap(({ damage }) => damage ?? []),
      );
      runs.push(summary);
    }
    return runs.sort((a, b) => savedAt(b) - savedAt(a) || compareNames(b.run, a.run));
  }

  /** The first of run-1, run-2, ... that nothing in the folder is called. */
  async newRunName(): Promise<string> {
    const taken = new Set((await readdir(this.folder)).map((name) => name.toLowerCase()));
    for (let i = 1; ; i++) if (!taken.has(`run-${i}`)) return `run-${i}`;
  }

  /**
   * Makes a run's folder where there is none yet, and takes the run for writing.
   * @param run the run's name, else the first that is free
   * @throws UserError `run-held` when another process has it open, `folder-unusable`
   */
  async create(run?: string): Promise<{ run: string; lock: RunLock }> {
    const name = run ?? (await this.newRunName());
    const place = join(this.folder, RunName.parse(name));
    try {
      // Not recursive: a folder that went away (an unplugged disk) must not come back empty elsewhere.
      mkdirSync(place);
    } catch (error) {
      const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
      // Another process took the name in this moment.
      if (exists && run === undefined) return this.create();
      if (!exists) {
        throw new UserError(
          'folder-unusable',
          `${place} cannot be made: ${reasonOf(error)}. Make room, or choose another folder.`,
          { cause: error },
        );
      }
    }
    return { run: name, lock: this.hold(name) };
  }

  /** Takes a run for writing. @throws UserError as `lockRun` does, and `run-elsewhere` */
  hold(run: string): RunLock {
    return lockRun(this.#placeOf(run));
  }

  /**
   * A run's folder, be it there or not. One that is a link is not followed: whoever put it there, nothing outside the
   * folder that the person chose is read, written or removed.
   * @throws UserError `run-elsewhere`
   */
  #placeOf(run: string): string {
    const place = join(this.folder, run);
    if (!lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink()) return place;
    throw new UserError(
      'run-elsewhere',
      `${place} is a link to another place. Choose the folder that the run itself is in.`,
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
    const known = this.#knownOf(run);
    const name = nameOf(step);
    const written = knownOf(name, content, 0);
    const others = ofRun(known, runId).filter((other) => other.name !== name);
    progress.flushed ??= others.toSorted(byStepDown)[0]?.name ?? null;
    const [obsolete] = obsoleteOf([...others, written], progress);
    const { bytes, reused } = await writeCheckpoint(
      join(folder, name),
      content,
      weights,
      momentumBuffers,
      obsolete === undefined ? null : join(folder, obsolete),
    );
    known.set(name, { ...written, bytes });
    if (obsolete !== undefined && reused) known.delete(obsolete);
  }

  /**
   * Waits until the disk has a checkpoint that was written. Then removes those that need not be kept any longer.
   * @throws the file system's error
   */
  async flush(run: string, step: number): Promise<void> {
    const name = nameOf(step);
    const progress = this.#progressOf(run);
    const { folder } = progress;
    progress.flushing = name;
    try {
      await flushCheckpoint(join(folder, name));
      progress.flushed = name;
    } finally {
      progress.flushing = null;
    }
    const known = this.#knownOf(run);
    const flushed = known.get(name);
    if (flushed === undefined || typeof flushed === 'string') return;
    for (const old of obsoleteOf(ofRun(known, flushed.runId), progress)) {
      if (removeCheckpoint(join(folder, old))) known.delete(old);
    }
  }

  /**
   * Reads a run's newest sound checkpoint.
   * @returns it, and a message for each newer one that was passed over because it is damaged
   * @throws UserError `run-unreadable` when no checkpoint of the run can be used
   */
  async readNewest(run: string): Promise<{ checkpoint: Checkpoint; name: string; passedOver: string[] }> {
    this.forget(run);
    const passedOver: string[] = [];
    for (const { name, damage } of await this.#look(run)) {
      try {
        if (damage !== null) throw new UserError('checkpoint-damaged', damage);
        const checkpoint = await this.read(run, name);
        return { checkpoint, name, passedOver };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        passedOver.push(error.message);
        this.#knownOf(run).set(name, error.message);
      }
    }
    throw new UserError(
      'run-unreadable',
      passedOver.length > 0
        ? `${join(this.folder, run)} holds no checkpoint that can be used. ${passedOver.join(' ')}`
        : `${join(this.folder, run)} holds no checkpoint to resume from. Start a new run.`,
    );
  }

  /** Reads and verifies one checkpoint. @throws UserError saying what is wrong with it */
  async read(run: string, name: string): Promise<Checkpoint> {
    await this.#requireFolder(run, name);
    const checkpoint = await readCheckpoint(join(this.folder, run, name));
    this.#requireStep(run, name, checkpoint.state);
    return checkpoint;
  }

  /**
   * Deals with what a process that ended at the wrong moment left in a run's folder: a checkpoint that
   * was whole, but not yet in its place, is put there; the rest is removed. The run must be held.
   */
  async recover(run: string): Promise<void> {
    const folder = this.#placeOf(run);
    const found = await Promise.all(
      (await readdir(folder)).filter((name) => TEMPORARY_NAME.test(name)).map((name) => this.#leftover(folder, name)),
    );
    // Of two of one step the later has the longer history.
    for (const { place, target, savedAt } of found.sort((a, b) => b.savedAt - a.savedAt)) {
      const wanted = savedAt > 0 && !(await readCheckpoint(target).catch(() => null));
      if (wanted) await rm(target, { recursive: true, force: true });
      if (wanted) await rename(place, target);
      else await rm(place, { recursive: true, force: true });
    }
    this.forget(run);
  }

  /** @returns where it lies and belongs, and when it was saved; 0 when it is not whole */
  async #leftover(folder: string, name: string): Promise<{ place: string; target: string; savedAt: number }> {
    const place = join(folder, name);
    const isFolder = (await lstat(place)).isDirectory();
    const read = isFolder ? await readCheckpoint(place).catch(() => null) : null;
    if (!read) return { place, target: place, savedAt: 0 };
    // A folder that is used again still has the name of the checkpoint that was in it.
    return { place, target: join(folder, nameOf(read.state.step)), savedAt: Date.parse(read.state.savedAt) };
  }

  /** Names of the run folders: those that hold something called like a checkpoint. */
  async #runNames(): Promise<string[]> {
    const entries = await readdir(this.folder, { withFileTypes: true });
    const candidates = entries.filter((entry) => entry.isDirectory() && RunName.safeParse(entry.name).success);
    const held = await Promise.all(
      candidates.map(async ({ name }) => ((await this.#checkpointNames(name)).length ? [name] : [])),
    );
    return held.flat();
  }

  /** Names of a run's checkpoints, newest first. */
  async #checkpointNames(run: string): Promise<string[]> {
    const names = await readdir(join(this.folder, run)).catch(() => []);
    return names.filter((name) => CHECKPOINT_NAME.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
  }

  /** What is known of a run's checkpoints, newest first; of those that cannot be used, why. */
  async #look(run: string): Promise<Seen[]> {
    const seen: Seen[] = [];
    const knownOfRun = this.#knownOf(run);
    for (const name of await this.#checkpointNames(run)) {
      const known = knownOfRun.get(name) ?? (await this.#lookAt(run, name));
      knownOfRun.set(name, known);
      seen.push(typeof known === 'string' ? { name, known: null, damage: known } : { name, known, damage: null });
    }
    const owner = ownerOf(
      run,
      seen.flatMap(({ known }) => known ?? []),
    );
    return seen.map(({ name, known, damage }) =>
      known === null || known.runId === owner
        ? { name, known, damage }
        : { name, known: null, damage: `${join(this.folder, run, name)} is a checkpoint of another run.` },
    );
  }

  async #lookAt(run: string, name: string): Promise<Known | string> {
    try {
      await this.#requireFolder(run, name);
      const place = join(this.folder, run, name);
      const state = await readState(place);
      this.#requireStep(run, name, state);
      let bytes = (await stat(join(place, STATE_FILE))).size;
      for (const [file, expected] of Object.entries(state.files)) {
        const size = await lstat(join(place, file)).then(
          (status) => (status.isFile() ? status.size : -1),
          () => -1,
        );
        if (size !== expected.bytes) return `${join(place, file)} is damaged: it is not what was saved.`;
        bytes += size;
      }
      return knownOf(name, state, bytes);
    } catch (error) {
      return error instanceof UserError ? error.message : `${join(this.folder, run, name)}: ${reasonOf(error)}.`;
    }
  }

  /** Looks anew the next time: a person may have mended, damaged or removed something. */
  forget(run: string): void {
    this.#known.delete(run);
  }

  #knownOf(run: string): Map<string, Known | string> {
    let known = this.#known.get(run);
    if (!known) this.#known.set(run, (known = new Map<string, Known | string>()));
    return known;
  }

  #progressOf(run: string): Progress {
    let progress = this.#progress.get(run);
    if (!progress) {
      progress = { folder: this.#placeOf(RunName.parse(run)), flushed: null, flushing: null };
      this.#progress.set(run, progress);
    }
    return progress;
  }

  async #requireFolder(run: string, name: string): Promise<void> {
    const place = join(this.#placeOf(run), name);
    const status = await lstat(place).catch(() => null);
    if (!status?.isDirectory()) throw new UserError('checkpoint-damaged', `${place} is damaged: it is not a folder.`);
  }

  #requireStep(run: string, name: string, { step }: StateFile): void {
    if (nameOf(step) === name) return;
    const place = join(this.folder, run, name);
    throw new UserError('checkpoint-damaged', `${place} is damaged: it holds step ${step}.`);
  }
}

/**
 * Opens the folder that the user picked.
 * @throws UserError `folder-unusable` when it is not a folder, or cannot be read and written
 */
export async function openStore(folder: string): Promise<CheckpointStore> {
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new UserError('folder-unusable', `${folder} is not a folder. Choose another folder for checkpoints.`);
    }
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      'folder-unusable',
      `The checkpoint folder ${folder} cannot be used: ${reasonOf(error)}. Choose another folder.`,
      { cause: error },
    );
  }
  return new CheckpointStore(folder);
}

function stepOf(name: string): number {
  return Number(CHECKPOINT_NAME.exec(name)?.[1] ?? Number.NaN);
}

function knownOf(name: string, state: StateContent, bytes: number): Known {
  const { run, runId, step, epoch, config, history, dataset, examplesSeen, savedAt } = state;
  const correct = history.testCorrect.at(-1);
  const testAccuracy = correct === undefined ? null : correct / dataset.testCount;
  const tested = history.testCounter.at(-1) === examplesSeen;
  const perEpoch = stepsPerEpoch(state);
  return {
    name,
    run,
    runId,
    step,
    epoch,
    epochs: config.epochs,
    finished: step >= config.epochs * perEpoch && tested,
    testAccuracy,
    ownAccuracy: tested ? testAccuracy : null,
    epochEnd: step > 0 && step % perEpoch === 0,
    bytes,
    savedAt,
  };
}

/**
 * Which run a folder is the folder of, where checkpoints of several got into it: the one that most
 * of them belong to, those before the others that name it so themselves; of equals the older.
 */
function ownerOf(run: string, checkpoints: Known[]): string | undefined {
  const named = checkpoints.filter((known) => known.run === run);
  const counts = new Map<string, number>();
  for (const { runId } of (named.length > 0 ? named : checkpoints).toSorted(byTime)) {
    counts.set(runId, (counts.get(runId) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The sound checkpoints of a run. */
function ofRun(known: Map<string, Known | string>, runId: string): Known[] {
  return [...known.values()].filter((other): other is Known => typeof other !== 'string' && other.runId === runId);
}

const byStepDown = (a: Known, b: Known) => b.step - a.step;
const byTime = (a: Known, b: Known) => Date.parse(a.savedAt) - Date.parse(b.savedAt);

/** Names of a run's checkpoints beyond the newest three, the best, each epoch's last, and those the disk needs. */
function obsoleteOf(checkpoints: Known[], { flushed, flushing }: Progress): string[] {
  const newestFirst = checkpoints.toSorted(byStepDown);
  const best = bestOf(newestFirst);
  const obsolete: string[] = [];
  for (const known of newestFirst.slice(NEWEST_KEPT)) {
    const isNeeded = known === best || known.epochEnd || known.name === flushed || known.name === flushing;
    if (!isNeeded) obsolete.push(known.name);
  }
  return obsolete;
}

/** The one whose own weights did best on the test set; the newest of equals. */
function bestOf(newestFirst: Known[]): Known | null {
  let best: Known | null = null;
  for (const known of newestFirst) {
    if (known.ownAccuracy !== null && known.ownAccuracy > (best?.ownAccuracy ?? -1)) best = known;
  }
  return best;
}

function summarise(run: string, newestFirst: Known[], damage: string[]): RunSummary {
  const [newest] = newestFirst;
  const best = bestOf(newestFirst);
  const checkpoints: CheckpointInfo[] = newestFirst.map((known) => ({
    run,
    name: known.name,
    step: known.step,
    epoch: known.epoch,
    testAccuracy: known.ownAccuracy,
    bytes: known.bytes,
    savedAt: Date.parse(known.savedAt),
    best: known === best,
    latest: known === newest,
    finished: known.finished,
  }));
  const use = newest ? ` Step ${newest.step} is the newest sound one.` : ' No sound checkpoint is left.';
  return {
    run,
    epochs: newest?.epochs ?? 0,
    finished: newest?.finished ?? false,
    testAccuracy: newest?.testAccuracy ?? null,
    checkpoints,
    warning: damage.length > 0 ? `${damage[0]}${use}` : null,
  };
}

function savedAt({ checkpoints }: RunSummary): number {
  return checkpoints[0]?.savedAt ?? 0;
}

function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
