import type { RunDetails } from '@contract/schemas';
import { describeRunFolder } from '../checkpoints/run-folder';
import type { CheckpointStore } from '../checkpoints/store';

/** Stores a run's name and a person's note. @throws UserError `no-run`, `run-not-described` */
export async function setRunDetails(store: CheckpointStore, { run, name, note }: RunDetails): Promise<void> {
  // Throws if the run does not exist.
  await describeRunFolder(store, run);
  await store.describe(run, { name, note });
}
