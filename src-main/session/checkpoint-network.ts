import type { Model } from '@contract/recognition';
import type { CheckpointName } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';
import { createNetwork } from '../network/create-network';
import type { Network } from '../network/network';

/** A checkpoint's network, used to read drawings. */
export interface CheckpointNetwork {
  checkpoint: CheckpointName;
  network: Network;
  model: Model;
}

/** @throws UserError saying what is wrong with the checkpoint */
export async function readNetwork(store: CheckpointStore, checkpoint: CheckpointName): Promise<CheckpointNetwork> {
  const { run, name } = checkpoint;
  const { state, weights } = await store.read(run, name);
  const testAccuracy = state.lastTest && state.lastTest.correct / state.dataset.testCount;
  const model: Model = { source: 'run', name: run, step: state.step, testAccuracy, penAccuracy: null };
  return { checkpoint, network: createNetwork(weights), model };
}
