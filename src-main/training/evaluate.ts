import { setImmediate } from 'node:timers/promises';
import { defaultConfig } from '@contract/schemas';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import type { Network } from '../network/network';

export interface Evaluation {
  /** Mean negative log-likelihood over all images. */
  loss: number;
  correct: number;
  total: number;
  /** total x 10, one row per image. */
  logProbabilities: Float32Array;
}

/**
 * Tests the network on a whole set with dropout off. The generator yields after each batch, so that the caller can
 * handle other requests (a pause, a drawing) in between, or give up.
 */
export function* evaluate(network: Network, set: LabelledImages, batchSize: number): Generator<undefined, Evaluation> {
  const all = new Float32Array(set.count * CLASSES);
  let loss = 0;
  let correct = 0;
  for (let start = 0; start < set.count; start += batchSize) {
    const end = Math.min(start + batchSize, set.count);
    const pixels = set.images.subarray(start * PIXELS, end * PIXELS);
    all.set(network.logProbabilities(pixels, end - start), start * CLASSES);
    for (let i = start; i < end; i++) {
      const row = all.subarray(i * CLASSES, (i + 1) * CLASSES);
      const label = set.labels[i]!;
      loss -= row[label]!;
      if (mostLikely(row) === label) correct++;
    }
    yield;
  }
  return { loss: loss / set.count, correct, total: set.count, logProbabilities: all };
}

/** Tests the network on a whole set, yielding to requests. @returns null when it is no longer wanted */
export async function evaluateInTurns(
  network: Network,
  set: LabelledImages,
  batchSize: number,
  isWanted: () => boolean,
): Promise<Evaluation | null> {
  const testing = evaluate(network, set, batchSize);
  let step = testing.next();
  while (!step.done) {
    await setImmediate();
    if (!isWanted()) return null;
    step = testing.next();
  }
  return step.value;
}

/** Tests the network on a whole set without interruption. */
export function evaluateAll(
  network: Network,
  set: LabelledImages,
  batchSize = defaultConfig.testBatchSize,
): Evaluation {
  const testing = evaluate(network, set, batchSize);
  let turn = testing.next();
  while (!turn.done) turn = testing.next();
  return turn.value;
}

/** The index of the largest value (the first of equal ones). */
export function mostLikely(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
