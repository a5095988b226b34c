import type { Model, PastStep } from '@contract/recognition';
import type { CheckpointName } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';

/** A network that a person chose to read drawings instead of the one that is shown. */
export interface ChosenNetwork {
  network: Network;
  model: Model;
  /** The checkpoint that it was read from, or null. */
  checkpoint: CheckpointName | null;
  /** The step of the shown run that it was computed again for, or null. */
  past: PastStep | null;
}

/** @throws UserError saying what is wrong with the checkpoint */
export async function readNetwork(store: CheckpointStore, checkpoint: CheckpointName): Promise<ChosenNetwork> {
  const { run, name } = checkpoint;
  const { state, weights } = await store.read(run, name);
  const testAccuracy = state.lastTest && state.lastTest.correct / state.dataset.testCount;
  const model: Model = { source: 'run', name: run, step: state.step, testAccuracy, penAccuracy: null };
  return { checkpoint, past: null, network: createNetwork(weights), model };
}
