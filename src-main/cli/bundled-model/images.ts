/** What the bundled model learns from: MNIST, digits that are drawn as people draw them, and drawings of no digit. */
import type { Drawing } from '@contract/schemas';
import { CLASSES, type LabelledImages, PIXELS } from '../../data/mnist';
import { normalize } from '../../recognition/normalize';
import { rasterize } from '../../recognition/rasterize';
import { trainingNonDigit } from '../../synthesis/non-digits';
import { penDigit } from '../../synthesis/pen-digits';
import { NO_DIGIT } from '../../data/batches';

/** How many are drawn, beside MNIST's 60,000. */
export interface DrawnCounts {
  penDigits: number;
  nonDigits: number;
}

/** @returns MNIST's images and after them the drawn ones, those of no digit with the label `NO_DIGIT` */
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
