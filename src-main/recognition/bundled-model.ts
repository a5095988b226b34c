import { join } from 'node:path';
import type { Model } from '@contract/recognition';
import { readCheckpoint } from '../checkpoints/checkpoint';
import { MODEL_FILE } from '../checkpoints/state-file';
import { createNetwork } from '../network/create-network';
import { defaultCalibration, readCalibration } from './calibration';
import { measuredPenAccuracy } from './measured';
import type { Reader } from './reading';

/** Two levels up, both from here and from the built application's out/main. */
export const BUNDLED_MODEL = join(import.meta.dirname, '../../resources/bundled-model');

export interface BundledModel extends Reader {
  model: Model;
  /** The file with its weights, without its folder, and the file's checksum. */
  origin: { file: string; sha256: string };
}

/** Loads the trained network that comes with the application, so that the pad answers at the first start. */
export async function loadBundledModel(): Promise<BundledModel> {
  const [{ state, weights }, calibration] = await Promise.all([
    readCheckpoint(BUNDLED_MODEL),
    readCalibration(BUNDLED_MODEL),
  ]);
  const testAccuracy = state.lastTest && state.lastTest.correct / state.dataset.testCount;
  const { sha256 } = state.files[MODEL_FILE];
  const penAccuracy = await measuredPenAccuracy(BUNDLED_MODEL, sha256);
  return {
    network: createNetwork(weights),
    calibration: calibration ?? defaultCalibration,
    model: { source: 'bundled', name: 'built-in network', step: state.step, testAccuracy, penAccuracy },
    origin: { file: `built-in network/${MODEL_FILE}`, sha256 },
  };
}
