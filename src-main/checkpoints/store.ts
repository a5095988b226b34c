/** The checkpoint folder: its runs, their checkpoints, and which of those are kept. */
import { accessSync, constants, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointInfo, RunSummary } from '@contract/contract';
import { RunName } from '@contract/schemas';
import { UserError, reasonOf } from '../errors';
import type { Weights } from '../training/parameters';
import { type Checkpoint, TEMPORARY, readCheckpoint, readState, writeCheckpoint } from './checkpoint';
import { STATE_FILE, type StateContent, type StateFile, stepsPerEpoch } from './state-file';

export const CHECKPOINT_NAME = /^step-(\d{8,})$/;

/** Beside the best one and the last of each epoch. */
const NEWEST_KEPT = 3;

const nameOf = (step: number) => `step-${step.toString().padStart(8, '0')}`;

/** What is known of a checkpoint without opening its weights. */
interface Known {
  name: string;
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
  savedAt: number;
}

export class CheckpointStore {
  /** By run and checkpoint name, so that a listing reads only what it has not seen. */
  readonly #known = new Map<string, Known>();
  /** Checkpoints that could not be read, and why. */
  readonly #damaged = new Map<string, string>();
  /** Runs whose checkpoints are all known. */
  readonly #listed = new Set<string>();

  /** @param folder the one that the user picked; use `openStore` to have it checked */
  constructor(readonly folder: string) {}

  /** The runs of the folder with their sound-looking checkpoints, newest run first. */
  async runs(): Promise<RunSummary[]> {
    const runs: RunSummary[] = [];
    for (const run of await this.#runNames()) {
      const { checkpoints, damage } = await this.#checkpoints(run);
      const summary = summarise(run, checkpoints, damage);
      if (summary) runs.push(summary);
    }
    return runs.sort((a, b) => savedAt(b) - savedAt(a) || compareNames(b.run, a.run));
  }

  /** The first of run-1, run-2, ... that nothing in the folder is called. */
  async newRunName(): Promise<string> {
    const taken = new Set((await readdir(this.folder)).map((name) => name.toLowerCase()));
    for (let i = 1; ; i++) if (!taken.has(`run-${i}`)) return `run-${i}`;
  }

  /**
   * Writes a checkpoint of a run, then removes those that need not be kept any longer.
   * @throws the file system's error when it could not be written; all earlier ones are still there
   */
  async write(content: Omit<StateContent, 'files'>, weights: Weights, velocities: Weights): Promise<void> {
    const run = RunName.parse(content.run);
    const name = nameOf(content.step);
    // Not recursive: a folder that went away (an unplugged disk) must not come back empty elsewhere.
    await mkdir(join(this.folder, run)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    const bytes = await writeCheckpoint(join(this.folder, run, name), content, weights, velocities);
    this.#damaged.delete(`${run}/${name}`);
    this.#known.set(`${run}/${name}`, knownOf(name, content, bytes));
    await this.#prune(run);
  }

  /**
   * Reads a run's newest sound checkpoint.
   * @returns it, and a message for each newer one that was passed over because it is damaged
   * @throws UserError `run-unreadable` when no checkpoint of the run can be used
   */
  async readNewest(run: string): Promise<{ checkpoint: Checkpoint; name: string; passedOver: string[] }> {
    const passedOver: string[] = [];
    for (const name of await this.#checkpointNames(run)) {
      try {
        const checkpoint = await this.read(run, name);
        return { checkpoint, name, passedOver };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        passedOver.push(error.message);
        this.#known.delete(`${run}/${name}`);
        this.#damaged.set(`${run}/${name}`, error.message);
      }
    }
    throw new UserError(
      'run-unreadable',
      `${join(this.folder, run)} holds no checkpoint that can be used.${passedOver.map((words) => ` ${words}`).join('')}`,
    );
  }

  /** Reads and verifies one checkpoint. @throws UserError saying what is wrong with it */
  async read(run: string, name: string): Promise<Checkpoint> {
    const place = join(this.folder, run, name);
    const checkpoint = await readCheckpoint(place);
    if (nameOf(checkpoint.state.step) !== name) {
      throw new UserError('checkpoint-damaged', `${place} is damaged: it holds step ${checkpoint.state.step}.`);
    }
    return checkpoint;
  }

  /** Removes what an interrupted write or removal left behind in a run's folder. */
  async clean(run: string): Promise<void> {
    const names = await readdir(join(this.folder, run)).catch(() => []);
    const leftovers = names.filter((name) => name.startsWith(`${TEMPORARY}step-`));
    await Promise.all(leftovers.map((name) => rm(join(this.folder, run, name), { recursive: true, force: true })));
  }

  /** Forgets what was known of a run that is no longer in the folder. */
  forget(run: string): void {
    for (const known of [this.#known, this.#damaged]) {
      for (const key of known.keys()) if (key.startsWith(`${run}/`)) known.delete(key);
    }
    this.#listed.delete(run);
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

  async #checkpoints(run: string): Promise<{ checkpoints: Known[]; damage: string[] }> {
    const checkpoints: Known[] = [];
    const damage: string[] = [];
    for (const name of await this.#checkpointNames(run)) {
      const key = `${run}/${name}`;
      if (!this.#known.has(key) && !this.#damaged.has(key)) await this.#look(run, name);
      const known = this.#known.get(key);
      if (known) checkpoints.push(known);
      else damage.push(this.#damaged.get(key)!);
    }
    this.#listed.add(run);
    return { checkpoints, damage };
  }

  async #look(run: string, name: string): Promise<void> {
    const key = `${run}/${name}`;
    try {
      const place = join(this.folder, run, name);
      const state = await readState(place);
      const sizes = [
        ...Object.values(state.files).map(({ bytes }) => bytes),
        (await stat(join(place, STATE_FILE))).size,
      ];
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      this.#known.set(key, knownOf(name, state, bytes));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#damaged.set(key, error.message);
    }
  }

  /**
   * Removes a run's checkpoints beyond the newest three, the best, and each epoch's last. What
   * cannot be removed now stays, and is tried again after the next write.
   */
  async #prune(run: string): Promise<void> {
    if (!this.#listed.has(run)) await this.#checkpoints(run);
    const newestFirst = [...this.#known]
      .filter(([key]) => key.startsWith(`${run}/`))
      .map(([, known]) => known)
      .sort((a, b) => b.step - a.step);
    const best = bestOf(newestFirst);
    for (const known of newestFirst.slice(NEWEST_KEPT)) {
      if (known === best || known.epochEnd) continue;
      const aside = join(this.folder, run, `${TEMPORARY}${known.name}-removed`);
      try {
        // Renamed first: an interrupted removal must not leave half a checkpoint under its name.
        renameSync(join(this.folder, run, known.name), aside);
        rmSync(aside, { recursive: true, force: true });
        this.#known.delete(`${run}/${known.name}`);
      } catch {
        return;
      }
    }
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

function knownOf(name: string, state: Omit<StateFile, 'format' | 'version' | 'files'>, bytes: number): Known {
  const { step, epoch, config, history, dataset, examplesSeen } = state;
  const correct = history.testCorrect.at(-1);
  const testAccuracy = correct === undefined ? null : correct / dataset.testCount;
  const tested = history.testCounter.at(-1) === examplesSeen;
  const perEpoch = stepsPerEpoch(state);
  return {
    name,
    step,
    epoch,
    epochs: config.epochs,
    finished: step >= config.epochs * perEpoch && tested,
    testAccuracy,
    ownAccuracy: tested ? testAccuracy : null,
    epochEnd: step > 0 && step % perEpoch === 0,
    bytes,
    savedAt: Date.parse(state.savedAt),
  };
}

/** The one whose own weights did best on the test set; the newest of equals. */
function bestOf(newestFirst: Known[]): Known | null {
  let best: Known | null = null;
  for (const known of newestFirst) {
    if (known.ownAccuracy !== null && known.ownAccuracy > (best?.ownAccuracy ?? -1)) best = known;
  }
  return best;
}

function summarise(run: string, newestFirst: Known[], damage: string[]): RunSummary | null {
  const [newest] = newestFirst;
  const best = bestOf(newestFirst);
  const checkpoints: CheckpointInfo[] = newestFirst.map((known) => ({
    run,
    name: known.name,
    step: known.step,
    epoch: known.epoch,
    testAccuracy: known.ownAccuracy,
    bytes: known.bytes,
    savedAt: known.savedAt,
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
