import { randomUUID } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isUnsaved } from '@contract/commands';
import { UserError, problemFrom } from '../base/errors';
import type { RunLock } from '../checkpoints/lock';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import type { OpenRun } from './open-run';
import { noteOrigin } from './origin';
import type { RunFactory } from './run-factory';

/**
 * Takes a run that rests for writing, before it is trained. One at an older checkpoint becomes a new run. Only now may
 * its folder be made again where it is gone: while a disk is unplugged, nothing must be written where it was.
 * @returns the run as it goes on: the same, or a newer one that is read from the disk, because it failed or because
 *   another process has trained it since it was read
 * @throws UserError `run-held`, `folder-unusable`, `checkpoint-not-written`, or why its checkpoints cannot be read
 */
export async function claimRun(run: OpenRun, store: CheckpointStore, factory: RunFactory): Promise<OpenRun> {
  if (run.olderCheckpoint !== null) return branch(run, store, factory);
  if (run.identity.lock?.isHeld()) return run;
  run.unlock();
  const lock = holdIfThere(store, run.name);
  if (lock === null) return restore(run, run.name, store, factory);
  try {
    return await compareWithDisk(run, lock, store, factory);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Makes a new run of a run at an older checkpoint, which keeps its later checkpoints. */
async function branch(run: OpenRun, store: CheckpointStore, factory: RunFactory): Promise<OpenRun> {
  const { run: name, lock } = await store.create();
  run.begunFrom = { run: run.name, step: run.trainer.step };
  await noteOrigin(store, name, { config: run.trainer.config, origin: run.begunFrom });
  run.olderCheckpoint = null;
  run.moveTo({ name, id: randomUUID(), lock }, factory.writerFor(store));
  return run;
}

/** @returns null when the run's folder is gone, or a file has its name */
function holdIfThere(store: CheckpointStore, name: string): RunLock | null {
  const found = lstatSync(join(store.folder, name), { throwIfNoEntry: false });
  return found === undefined || found.isFile() ? null : store.hold(name);
}

async function compareWithDisk(
  run: OpenRun,
  lock: RunLock,
  store: CheckpointStore,
  factory: RunFactory,
): Promise<OpenRun> {
  await store.recover(run.name);
  if (run.state === 'failed') return factory.openNewest(store, run.name, lock);
  const saved = (await store.readNewest(run.name).catch(() => null))?.checkpoint ?? null;
  const { step, config } = run.trainer;
  const isOurs = saved?.state.runId === run.identity.id;
  const isAhead = isOurs && saved.state.step > step;
  if (saved !== null && (!isOurs || (isAhead && isUnsaved(run)))) {
    // Another run took the name, or this one went on without the steps that only memory has.
    lock.release();
    return restore(run, undefined, store, factory);
  }
  if (saved !== null && !isUnsaved(run) && (isAhead || isOtherPlan(saved, step, config.epochs))) {
    return factory.open(store, run.name, lock, saved);
  }
  // What the disk had of it is gone, at least in part.
  if (saved?.state.step !== step) run.markUnsaved();
  run.identity.lock = lock;
  return run;
}

/** Epochs were added by another process, which was paused before their first step. */
function isOtherPlan({ state }: SavedRun, step: number, epochs: number): boolean {
  return state.step === step && state.config.epochs !== epochs;
}

/**
 * Makes a new folder for a run that only memory has.
 * @param name undefined gives it the next free name
 * @throws UserError `checkpoint-not-written`
 */
async function restore(
  run: OpenRun,
  name: string | undefined,
  store: CheckpointStore,
  factory: RunFactory,
): Promise<OpenRun> {
  run.markUnsaved();
  store.forget(run.name);
  try {
    const { run: given, lock } = await store.create(name);
    run.moveTo({ name: given, lock }, factory.writerFor(store));
    return run;
  } catch (error) {
    throw new UserError(
      'checkpoint-not-written',
      `${run.name} is kept in memory, because it could not be saved. ${problemFrom(error).message}`,
      { cause: error },
    );
  }
}
