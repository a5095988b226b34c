/** Networks to export, and images for testing the exported files. */
import { join } from 'node:path';
import { loadDataset } from '../../../../src-main/data/load';
import { PIXELS } from '../../../../src-main/data/mnist';

export { ARTICLE } from '../article-network';

const ROOT = join(import.meta.dirname, '../../../..');

export const BUNDLED = join(ROOT, 'resources/bundled-model');

/** MNIST's first 100 test images: raw grey values. */
export async function hundredImages(): Promise<Uint8Array> {
  const { test } = await loadDataset(null);
  return test.images.subarray(0, 100 * PIXELS);
}

/** The largest difference. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  return Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
}

/**
 * The same as a fraction of expected values beyond -1 or 1. The bundled network's log-probabilities go down to -77, where
 * float32 values are 8e-6 apart and different orders of summation differ by a few of these.
 */
export function largestRelativeDifference(actual: Float32Array, expected: Float32Array): number {
  return Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!) / Math.max(1, Math.abs(expected[i]!))));
}
