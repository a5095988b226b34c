import { join } from 'node:path';
import type { Model } from '@contract/contract';
import { readCheckpoint } from '../checkpoints/checkpoint';
import { type Network, createNetwork } from '../training/network';

/** Two levels up, both from here and from the built application's out/main. */
const PLACE = join(import.meta.dirname, '../../resources/bundled-model');

export interface BundledModel {
  network: Network;
  model: Model;
}

/** The trained network that comes with the application, so that the pad answers at the first start. */
export async function loadBundledModel(): Promise<BundledModel> {
  const { state, weights } = await readCheckpoint(PLACE);
  const correct = state.history.testCorrect.at(-1);
  const testAccuracy = correct === undefined ? null : correct / state.dataset.testCount;
  return {
    network: createNetwork(weights),
    model: { source: 'bundled', name: 'bundled model', step: state.step, testAccuracy },
  };
}
