import type { RunFile } from '../checkpoints/run-file';
import type { CheckpointStore } from '../checkpoints/store';
import type { OpenRun } from './open-run';

/** Records in a new run's folder what the run started from. A failure to write is ignored. */
export async function noteOrigin(store: CheckpointStore, run: string, about: RunFile): Promise<void> {
  await store.describe(run, about).catch(() => undefined);
}

/** Writes the drawings that a run learns from, if any, to its new folder. @throws the file system's error */
export function writeLessonOf({ trainer }: OpenRun, store: CheckpointStore, run: string): void {
  const { lesson } = trainer.data;
  if (lesson) store.writeLesson(run, lesson);
}
