/** The bundled model's training images: MNIST, digits as people draw them, and drawings that are not digits. */
import type { Drawing } from '@contract/schemas';
import { CLASSES, type LabelledImages, PIXELS } from '../../data/mnist';
import { normalize } from '../../recognition/normalize';
import { rasterize } from '../../recognition/rasterize';
import { trainingNonDigit } from '../../synthesis/non-digits';
import { penDigit } from '../../synthesis/pen-digits';
import { NO_DIGIT } from '../../data/batches';

/** The numbers of drawings, in addition to MNIST's 60,000 images. */
export interface DrawnCounts {
  penDigits: number;
  nonDigits: number;
}

/** @returns MNIST's images followed by the drawings; those that are not digits have the label `NO_DIGIT` */
export function withDrawings(mnist: LabelledImages, { penDigits, nonDigits }: DrawnCounts, seed: number) {
  const count = mnist.count + penDigits + nonDigits;
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  images.set(mnist.images);
  labels.set(mnist.labels);
  let at = mnist.count;
  const add = (drawing: Drawing, label: number) => {
    images.set(normalize(rasterize(drawing))!.pixels, at * PIXELS);
    labels[at++] = label;
  };
  for (let i = 0; i < penDigits; i++) add(penDigit(i % CLASSES, seed, i), i % CLASSES);
  for (let i = 0; i < nonDigits; i++) add(trainingNonDigit(seed, i).drawing, NO_DIGIT);
  return { count, images, labels } satisfies LabelledImages;
}
