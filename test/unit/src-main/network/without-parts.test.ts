/** Held against what PyTorch computes, made by test/fixtures/pytorch/make_without_parts.py. */
import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import type { LabelledImages } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import type { Weights } from '../../../../src-main/network/parameters';
import { withoutParts } from '../../../../src-main/network/without-parts';
import { evaluateAll } from '../../../../src-main/training/evaluate';
import { articleWeights } from '../article-network';
import reference from '../../../fixtures/pytorch/without-parts.json' with { type: 'json' };

let weights: Weights;
let images: LabelledImages;

beforeAll(async () => {
  await loadTensorFlow();
  weights = await articleWeights();
  images = (await loadDataset(null)).test;
});

test.each(reference.networks)('reads as PyTorch does without $off', (expected) => {
  const network = createNetwork(withoutParts(weights, expected.off));
  const { logProbabilities, loss, correct } = evaluateAll(network, images);
  network.dispose();
  const differences = expected.logProbabilities.flat().map((value, i) => Math.abs(value - logProbabilities[i]!));
  expect(Math.max(...differences)).toBeLessThan(1e-4);
  expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-4);
  // Of two equally likely digits, rounding may prefer the other.
  expect(Math.abs(correct - expected.correct)).toBeLessThanOrEqual(1);
});

test('the given weights stay as they are', () => {
  const before = structuredClone(weights);
  withoutParts(weights, { firstLayer: [1], secondLayer: [2], units: [3] });
  expect(weights).toEqual(before);
});
