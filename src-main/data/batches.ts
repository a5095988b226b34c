import { CLASSES, type LabelledImages, PIXELS } from './mnist';

/** Mean and standard deviation of MNIST's training pixels, as in the article. */
export const MEAN = 0.1307;
export const STANDARD_DEVIATION = 0.3081;

/** The label of an image that shows no digit; its target is equal probabilities for all ten. */
export const NO_DIGIT = CLASSES;

export interface Batch {
  /** count x 784 grey values */
  pixels: Uint8Array;
  /** count x 10: for each image, the target probabilities of 0, 1, ... */
  labels: Float32Array;
  count: number;
}

/**
 * Copies images and their labels from a set.
 * @param indices of the images, counted from 0
 * @param change changes each copied image in place, e.g. by augmentation; may be null
 */
export function toBatch(
  set: LabelledImages,
  indices: ArrayLike<number>,
  change: ((image: Uint8Array, index: number) => void) | null = null,
): Batch {
  const count = indices.length;
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Float32Array(count * CLASSES);
  for (let i = 0; i < count; i++) {
    const index = indices[i]!;
    const image = pixels.subarray(i * PIXELS, (i + 1) * PIXELS);
    image.set(set.images.subarray(index * PIXELS, (index + 1) * PIXELS));
    change?.(image, index);
    const label = set.labels[index]!;
    if (label === NO_DIGIT) labels.fill(1 / CLASSES, i * CLASSES, (i + 1) * CLASSES);
    else labels[i * CLASSES + label] = 1;
  }
  return { pixels, labels, count };
}
