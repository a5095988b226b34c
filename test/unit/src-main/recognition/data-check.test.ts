import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import type { LabelledImages } from '../../../../src-main/data/mnist';
import { remedied } from '../../../../src-main/data/remedy';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import type { Network } from '../../../../src-main/network/network';
import { loadBundledModel } from '../../../../src-main/recognition/bundled-model';
import { checkData, describeCheck } from '../../../../src-main/recognition/data-check';

let network: Network;
let mnist: LabelledImages;

beforeAll(async () => {
  await loadTensorFlow();
  ({ network } = await loadBundledModel());
  mnist = (await loadDataset(null)).train;
});

test('MNIST has no findings', () => {
  const check = checkData(network, mnist);
  expect(check).toMatchObject({ total: 200, remedy: null, otherLabels: [] });
  expect(check.asTheyAre).toBeGreaterThan(190);
  expect(describeCheck(check)).toBeNull();
});

test.each(['inverted', 'transposed'] as const)('%s images are noticed, with numbers', (change) => {
  const check = checkData(network, remedied(mnist, change));
  expect(check.remedy).toBe(change);
  expect(check[change]).toBeGreaterThan(190);
  expect(describeCheck(check)).toBe(
    `The images seem to be ${change}. Of 200 images, the built-in network reads ${check.asTheyAre} correctly as they are, ${check.inverted} inverted, and ${check.transposed} transposed.`,
  );
});

test('labels that stand for other digits are noticed, and can be read as those', () => {
  const shifted = { ...mnist, labels: mnist.labels.map((digit) => (digit + 1) % 10) };
  const check = checkData(network, shifted);
  expect(check.otherLabels).toContainEqual({ label: 5, digit: 4 });
  expect(describeCheck(check)).toContain('The labels seem to stand for other digits: 0 for 9, 1 for 0,');
  expect(check.remedy).toBe('labels-9012345678');
  const read = remedied(shifted, check.remedy);
  expect(Buffer.from(read.labels).equals(mnist.labels)).toBe(true);
  expect(read.images).toBe(mnist.images);
});

test('labels without images get the digits that are left', () => {
  const few = ofDigits([2, 3, 4, 5, 6, 7]);
  const swapped = { ...few, labels: few.labels.map((digit) => (digit < 4 ? 5 - digit : digit)) };
  expect(checkData(network, swapped).remedy).toBe('labels-0132456789');
  const shifted = { ...few, labels: few.labels.map((digit) => digit + 1) };
  // Nothing shows what the labels 0, 1, 2 and 9 stand for; 0 and 1 can be themselves.
  expect(checkData(network, shifted).remedy).toBe('labels-0182345679');
});

/** The images of some digits. */
function ofDigits(digits: number[]): LabelledImages {
  const kept = Array.from(mnist.labels.keys()).filter((i) => digits.includes(mnist.labels[i]!));
  const images = Buffer.concat(kept.map((i) => mnist.images.subarray(784 * i, 784 * (i + 1))));
  return { count: kept.length, images, labels: Uint8Array.from(kept, (i) => mnist.labels[i]!) };
}

describe('raises no false alarm', () => {
  const FASHION = '/usr/share/datasets/fashion-mnist';

  test.skipIf(!existsSync(FASHION))('for Fashion-MNIST, however it is changed', async () => {
    const { train, test: testSet } = await loadDataset(FASHION);
    for (const set of [train, testSet, remedied(train, 'inverted'), remedied(train, 'transposed')]) {
      expect(describeCheck(checkData(network, set))).toBeNull();
    }
  });

  test('for other light shapes on dark: digits with their halves swapped', () => {
    const images = new Uint8Array(mnist.images.length);
    for (let start = 0; start < images.length; start += 784) {
      images.set(mnist.images.subarray(start + 392, start + 784), start);
      images.set(mnist.images.subarray(start, start + 392), start + 392);
    }
    expect(describeCheck(checkData(network, { ...mnist, images }))).toBeNull();
  });

  test('for too few images', () => {
    const few = { count: 5, images: mnist.images.slice(0, 5 * 784), labels: mnist.labels.slice(0, 5) };
    expect(checkData(network, remedied(few, 'inverted')).remedy).toBeNull();
  });

  test('for one image of each label, whatever the labels are', () => {
    const first = Array.from({ length: 10 }, (_, digit) => mnist.labels.indexOf(digit));
    const images = Uint8Array.from(first.flatMap((at) => [...mnist.images.subarray(at * 784, (at + 1) * 784)]));
    const labels = Uint8Array.from({ length: 10 }, (_, digit) => 9 - digit);
    expect(checkData(network, { count: 10, images, labels }).remedy).toBeNull();
  });
});
