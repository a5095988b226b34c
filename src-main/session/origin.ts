import type { RunFile } from '../checkpoints/run-file';
import type { CheckpointStore } from '../checkpoints/store';

/** Records in a new run's folder what the run started from. A failure to write is ignored. */
export async function noteOrigin(store: CheckpointStore, run: string, about: RunFile): Promise<void> {
  await store.describe(run, about).catch(() => undefined);
}
