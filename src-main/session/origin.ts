import type { RunOrigin } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';

/** Keeps in a new run's folder what the run begins from. Where that cannot be written, the run does without. */
export async function noteOrigin(
  store: CheckpointStore,
  run: string,
  config: RunConfig,
  origin: RunOrigin | null,
): Promise<void> {
  await store.describe(run, { config, origin }).catch(() => undefined);
}
