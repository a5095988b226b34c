import { randomUUID } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isUnsaved } from '@contract/commands';
import { UserError, problemFrom } from '../base/errors';
import type { RunLock } from '../checkpoints/lock';
import type { CheckpointStore, SavedRun } from '../checkpoints/store';
import type { OpenRun } from './open-run';
import { noteOrigin, writeLessonOf } from './origin';
import type { RunFactory } from './run-factory';

/**
 * Locks a run for writing before it is trained. A run at an older checkpoint becomes a new run. Only here may a missing
 * folder be recreated: while a disk is unplugged, nothing must be written to its mount point.
 * @returns the run to train: the same, or a newer one read from disk, because it failed or because another process has
 *   trained it since it was read
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

/** Turns a run at an older checkpoint into a new run; the old run keeps its later checkpoints. */
async function branch(run: OpenRun, store: CheckpointStore, factory: RunFactory): Promise<OpenRun> {
  const { run: name, lock } = await store.create();
  const origin = { run: run.name, step: run.trainer.step };
  await noteOrigin(store, name, { config: run.trainer.config, origin });
  writeLessonOf(run, store, { run: name, lock });
  run.begunFrom = origin;
  run.olderCheckpoint = null;
  const id = randomUUID();
  const parent = store.snapshots({ run: run.name, runId: run.identity.id });
  store.snapshots({ run: name, runId: id }).copyFrom(parent, run.trainer.step);
  run.moveTo({ name, id, lock }, factory.writerFor(store));
  return run;
}

/** @returns null if the run's folder is gone, or a file has its name */
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
    // Another run took the name, or this one was continued without the steps that are only in memory.
    lock.release();
    return restore(run, undefined, store, factory);
  }
  if (saved !== null && !isUnsaved(run) && (isAhead || isOtherPlan(saved, step, config.epochs))) {
    return await factory.open(store, run.name, lock, saved);
  }
  // At least some of its files are gone.
  if (saved?.state.step !== step) {
    run.markUnsaved();
    writeLessonOf(run, store, { run: run.name, lock });
  }
  run.identity.lock = lock;
  return run;
}

/** Whether another process added epochs and paused before training any of them. */
function isOtherPlan({ state }: SavedRun, step: number, epochs: number): boolean {
  return state.step === step && state.config.epochs !== epochs;
}

/**
 * Creates a new folder for a run that exists only in memory.
 * @param name the next free name if undefined
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
    writeLessonOf(run, store, { run: given, lock });
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
