import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';

/** Mean and standard deviation of MNIST's training pixels, as the article has them. */
export const MEAN = 0.1307;
export const STANDARD_DEVIATION = 0.3081;

export interface Batch {
  /** count x 784 grey values */
  pixels: Uint8Array;
  /** count x 10: for each image, the probabilities that it is a 0, a 1, ... */
  labels: Float32Array;
  count: number;
}

/** The images and labels at these places of the set. */
export function toBatch(set: LabelledImages, indices: ArrayLike<number>): Batch {
  const count = indices.length;
  const pixels = new Uint8Array(count * PIXELS);
  const labels = new Float32Array(count * CLASSES);
  for (let i = 0; i < count; i++) {
    const index = indices[i]!;
    pixels.set(set.images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
    labels[i * CLASSES + set.labels[index]!] = 1;
  }
  return { pixels, labels, count };
}
