/** Saves runs that could not be saved before, to their folder or to another one. */
import type { Problem } from '@contract/contract';
import { UserError } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { OpenRun } from './open-run';
import type { OpenRuns } from './open-runs';
import { writeLessonOf } from './origin';
import type { RunFactory } from './run-factory';

/** Tries again to save all runs. @returns why one could not be saved; null if all are on disk */
export async function saveAll(runs: OpenRuns): Promise<Problem | null> {
  for (const run of runs.unsaved) await run.trySave();
  return runs.unsaved[0]?.problem ?? null;
}

/** @throws UserError `checkpoint-not-written` if a run cannot be saved */
export async function requireSaved(runs: OpenRuns): Promise<void> {
  const problem = await saveAll(runs);
  if (!problem) return;
  const [{ name } = { name: 'A run' }] = runs.unsaved;
  throw new UserError(problem.code, `${name} was not closed because it is not saved. ${problem.message}`);
}

/**
 * Saves the runs to the chosen checkpoint folder. If that is another one, they get another name if theirs is taken, and take
 * along what a person wrote about them, and what the time machine keeps, if that can still be read.
 * @param from their folder until now
 * @throws UserError `folder-unusable` if a run cannot be written; runs not yet moved stay unchanged
 */
export async function moveUnsaved(
  runs: OpenRun[],
  from: CheckpointStore | null,
  store: CheckpointStore,
  factory: RunFactory,
): Promise<void> {
  for (const run of runs) {
    // The same folder was chosen again: the run is saved where it was.
    if (from?.folder === store.folder && run.identity.lock?.isHeld()) {
      run.useWriter(factory.writerFor(store));
      await run.trySave();
      continue;
    }
    const before = { run: run.name, runId: run.identity.id };
    const isTaken = (await store.runs()).some((other) => other.run === run.name);
    const { run: name, lock } = await store.create(isTaken ? undefined : run.name);
    writeLessonOf(run, store, { run: name, lock });
    run.moveTo({ name, lock }, factory.writerFor(store));
    await run.trySave();
    if (from !== null) await takeAlong(from, before, store, run);
  }
}

/** Copies a moved run's name, note and snapshots, after its checkpoint, which may need the room. */
async function takeAlong(
  from: CheckpointStore,
  before: { run: string; runId: string },
  store: CheckpointStore,
  { name, trainer }: OpenRun,
): Promise<void> {
  if (from.folder === store.folder && before.run === name) return;
  try {
    const about = await from.description(before.run);
    if (Object.keys(about).length > 0) await store.describe(name, about);
    store.snapshots({ ...before, run: name }).copyFrom(from.snapshots(before), trainer.step);
  } catch {
    // The run does not need them.
  }
}
