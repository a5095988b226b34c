import { join } from 'node:path';
import { UserError, reasonOf, remedyFor } from '../base/errors';
import type { RunLock } from '../checkpoints/lock';
import type { RunFile } from '../checkpoints/run-file';
import type { CheckpointStore } from '../checkpoints/store';
import type { OpenRun } from './open-run';

/** Records in a new run's folder what the run started from. A failure to write is ignored. */
export async function noteOrigin(store: CheckpointStore, run: string, about: RunFile): Promise<void> {
  await store.describe(run, about).catch(() => undefined);
}

/**
 * Writes the drawings that a run learns from, if any, to a folder that was locked for it.
 * @throws UserError `folder-unusable`; the folder is then unlocked
 */
export function writeLessonOf({ trainer }: OpenRun, store: CheckpointStore, to: { run: string; lock: RunLock }): void {
  const { lesson } = trainer.data;
  if (!lesson) return;
  try {
    store.writeLesson(to.run, lesson);
  } catch (error) {
    to.lock.release();
    throw new UserError(
      'folder-unusable',
      `The drawings to learn from could not be written to ${join(store.folder, to.run)}: ${reasonOf(error)}. ${remedyFor(error)}, or choose another folder.`,
      { cause: error },
    );
  }
}
