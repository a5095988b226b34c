/** What PyTorch computes with the article's network, made by test/fixtures/pytorch/make_reference.py. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decodeSafetensors } from '../../../../src-main/checkpoints/safetensors';
import { loadDataset } from '../../../../src-main/data/load';
import { toBatch } from '../../../../src-main/data/batches';
import { createNetwork } from '../../../../src-main/network/create-network';
import { type Weights, mapParameters } from '../../../../src-main/network/parameters';
import reference from '../../../fixtures/pytorch/reference.json' with { type: 'json' };

const TOLERANCE = 1e-4;

async function weightsOf(name: string): Promise<Weights> {
  const file = join(import.meta.dirname, '../../../fixtures/pytorch', name);
  return decodeSafetensors(await readFile(file), file);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

function expectSame(actual: Weights, expected: Weights): void {
  const differences = mapParameters((name) => largestDifference(actual[name], expected[name]));
  expect(
    Object.values(differences).every((difference) => difference < TOLERANCE),
    JSON.stringify(differences),
  ).toBe(true);
}

/** PyTorch's weights give PyTorch's log-probabilities. */
export async function expectSameLogProbabilities(): Promise<void> {
  const { test } = await loadDataset(null);
  const network = createNetwork(await weightsOf('initial.safetensors'));
  const expected = reference.logProbabilities.flat();
  expect(largestDifference(network.logProbabilities(test.images.subarray(0, 7840), 10), expected)).toBeLessThan(
    TOLERANCE,
  );
}

/**
 * With dropout off, PyTorch's weights give PyTorch's gradients, losses, and weights after 20 steps.
 * @param steps fewer for a slow backend; the weights are only compared after all 20
 */
export async function expectSameTraining(steps = reference.losses.length): Promise<void> {
  const { train } = await loadDataset(null);
  const network = createNetwork(await weightsOf('initial.safetensors'));
  const noDropout = { channels: new Float32Array(64 * 20).fill(1), units: new Float32Array(64 * 50).fill(1) };
  for (const [step, expectedLoss] of reference.losses.slice(0, steps).entries()) {
    const batch = toBatch(
      train,
      Array.from({ length: 64 }, (_, i) => step * 64 + i),
    );
    const loss = network.trainStep(batch, noDropout, { learningRate: 0.01, momentum: 0.5 });
    expect(Math.abs(loss - expectedLoss)).toBeLessThan(TOLERANCE);
    // Momentum starts at 0, so after the first step it equals the gradient.
    if (step === 0) expectSame(network.momentumBuffers(), await weightsOf('gradients.safetensors'));
  }
  if (steps === reference.losses.length) expectSame(network.weights(), await weightsOf('trained.safetensors'));
}
