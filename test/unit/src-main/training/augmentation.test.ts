import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import { type LabelledImages, PIXELS } from '../../../../src-main/data/mnist';
import { augment, augmentationOf } from '../../../../src-main/training/augmentation';
import { toBatch } from '../../../../src-main/data/batches';

let train: LabelledImages;
beforeAll(async () => {
  ({ train } = await loadDataset(null));
});

const imageAt = (index: number) => Uint8Array.from(train.images.subarray(index * PIXELS, (index + 1) * PIXELS));

function augmented(index: number, key: { seed: number; epoch: number }): Uint8Array {
  const image = imageAt(index);
  augment(image, { ...key, index });
  return image;
}

const inkOf = (image: Uint8Array) => image.reduce((sum, value) => sum + value, 0);

test('an image’s change depends only on seed, epoch and index, not on how many were changed before', () => {
  const once = augmented(7, { seed: 1, epoch: 1 });
  expect(augmented(7, { seed: 1, epoch: 1 })).toEqual(once);
  expect(augmented(7, { seed: 2, epoch: 1 })).not.toEqual(once);
  expect(augmented(7, { seed: 1, epoch: 2 })).not.toEqual(once);
  const other = imageAt(7);
  augment(other, { seed: 1, epoch: 1, index: 8 });
  expect(other).not.toEqual(once);
});

test('paper stays paper, and a digit keeps most of its ink near its original position', () => {
  const paper = new Uint8Array(PIXELS);
  augment(paper, { seed: 1, epoch: 1, index: 0 });
  expect(inkOf(paper)).toBe(0);

  const near = (image: Uint8Array, i: number) => {
    for (let dy = -4; dy <= 4; dy++) for (let dx = -4; dx <= 4; dx++) if (image[i + 28 * dy + dx]! > 60) return true;
    return false;
  };
  for (let index = 0; index < 500; index++) {
    const before = imageAt(index);
    const after = augmented(index, { seed: 1, epoch: 1 });
    expect(after).not.toEqual(before);
    const ratio = inkOf(after) / inkOf(before);
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(2.5);
    let stayed = 0;
    after.forEach((value, i) => {
      if (near(before, i)) stayed += value;
    });
    expect(stayed / inkOf(after)).toBeGreaterThan(0.9);
  }
});

test('a batch’s images are changed, but neither its labels nor the data', () => {
  const before = Uint8Array.from(train.images.subarray(0, 64 * PIXELS));
  const places = [...Array(64).keys()];
  const plain = toBatch(train, places);
  const changed = toBatch(train, places, augmentationOf(1, 3));
  expect(changed.labels).toEqual(plain.labels);
  for (const place of [0, 63]) {
    expect(changed.pixels.slice(place * PIXELS, (place + 1) * PIXELS)).toEqual(augmented(place, { seed: 1, epoch: 3 }));
  }
  expect(plain.pixels).toEqual(before);
  expect(Uint8Array.from(train.images.subarray(0, 64 * PIXELS))).toEqual(before);
});
