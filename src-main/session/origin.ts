import type { RunFile } from '../checkpoints/run-file';
import type { CheckpointStore } from '../checkpoints/store';

/** Keeps in a new run's folder what the run begins from. Where that cannot be written, the run does without. */
export async function noteOrigin(store: CheckpointStore, run: string, about: RunFile): Promise<void> {
  await store.describe(run, about).catch(() => undefined);
}
