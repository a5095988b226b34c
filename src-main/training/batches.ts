import * as tf from '@tensorflow/tfjs-core';
import { CLASSES, type LabelledImages, PIXELS, SIDE } from '../data/mnist';

/** Mean and standard deviation of MNIST's training pixels, as the article has them. */
export const MEAN = 0.1307;
export const STANDARD_DEVIATION = 0.3081;

/** Grey value 0..255 to what the network is fed. */
const normalised = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - MEAN) / STANDARD_DEVIATION);

export interface Batch {
  /** [batch, 28, 28, 1], normalised */
  images: tf.Tensor4D;
  /** one-hot, [batch, 10] */
  labels: tf.Tensor2D;
}

/**
 * @param pixels grey values of `count` images, 28 x 28 each
 * @returns [count, 28, 28, 1], normalised
 */
export function toImages(pixels: Uint8Array, count: number): tf.Tensor4D {
  const values = new Float32Array(count * PIXELS);
  for (let i = 0; i < values.length; i++) values[i] = normalised[pixels[i]!]!;
  return tf.tensor4d(values, [count, SIDE, SIDE, 1]);
}

/** The images and labels at these places of the set. */
export function toBatch(set: LabelledImages, indices: ArrayLike<number>): Batch {
  const pixels = new Uint8Array(indices.length * PIXELS);
  const labels = new Float32Array(indices.length * CLASSES);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    pixels.set(set.images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
    labels[i * CLASSES + set.labels[index]!] = 1;
  }
  return { images: toImages(pixels, indices.length), labels: tf.tensor2d(labels, [indices.length, CLASSES]) };
}
