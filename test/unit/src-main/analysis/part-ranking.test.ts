import { beforeAll, expect, test } from 'vitest';
import { rankParts } from '../../../../src-main/analysis/part-ranking';
import { loadDataset } from '../../../../src-main/data/load';
import { type LabelledImages, PIXELS } from '../../../../src-main/data/mnist';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import type { Weights } from '../../../../src-main/network/parameters';
import { articleWeights } from '../article-network';
import reference from '../../../fixtures/pytorch/without-parts.json' with { type: 'json' };

let weights: Weights;
let images: LabelledImages;

beforeAll(async () => {
  await loadTensorFlow();
  weights = await articleWeights();
  images = (await loadDataset(null)).test;
});

function rank(weights: Weights, images: LabelledImages) {
  const work = rankParts(weights, images);
  const progress: number[] = [];
  let turn = work.next();
  for (; !turn.done; turn = work.next()) progress.push(turn.value);
  return { progress, ...turn.value };
}

test('the test images lost without each part are those that PyTorch loses', () => {
  const { correct, total, parts, progress } = rank(weights, images);
  expect([correct, total, parts.length]).toEqual([reference.correct.all, 10_000, 80]);
  for (const { layer, index, lost } of parts) {
    // Of two equally likely digits, rounding may prefer the other.
    expect(Math.abs(lost - (correct - reference.correct[layer][index]!)), `${layer} ${index}`).toBeLessThanOrEqual(1);
  }
  expect(parts.map(({ lost }) => lost)).toEqual(parts.map(({ lost }) => lost).sort((a, b) => b - a));
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBe(1);
});

test('parts that give nothing are dead, and the label that loses most is named', () => {
  const dead = structuredClone(weights);
  // Units and maps whose bias is far below what their weights can reach.
  for (const unit of [7, 49]) dead['fc1.bias'][unit] = -1e3;
  dead['conv2.bias'][4] = -1e3;
  dead['conv1.bias'][9] = -1e3;
  const some = { images: images.images.subarray(0, 300 * PIXELS), labels: images.labels.subarray(0, 300), count: 300 };
  const { parts } = rank(dead, some);
  const names = parts.filter(({ isDead }) => isDead).map(({ layer, index }) => `${layer} ${index}`);
  expect(names).toEqual(expect.arrayContaining(['units 7', 'units 49', 'secondLayer 4', 'firstLayer 9']));
  for (const { isDead, lost, most } of parts) if (isDead) expect([lost, most]).toEqual([0, null]);
  // The part that is needed most loses at least a tenth of what it loses from one digit.
  const [first] = parts;
  expect(first!.isDead).toBe(false);
  expect(first!.most!.lost).toBeGreaterThanOrEqual(first!.lost / 10);
  expect(first!.most!.lost).toBeLessThanOrEqual(some.labels.filter((label) => label === first!.most!.label).length);
});
