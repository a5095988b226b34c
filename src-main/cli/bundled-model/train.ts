/**
 * Trains the bundled model with the article's network and loss, but without dropout, which a network this small does
 * not need if it never sees an image twice. For drawings that are not digits, all digits should be equally likely (D.
 * Hendrycks, M. Mazeika and T. Dietterich, "Deep anomaly detection with outlier exposure", 2019).
 */
import type { LabelledImages } from '../../data/mnist';
import { toBatch } from '../../data/batches';
import { withoutDropout } from '../../network/dropout';
import type { Network } from '../../network/network';
import { augmentationOf } from '../../training/augmentation';
import { permutation } from '../../network/random';

export interface Schedule {
  seed: number;
  epochs: number;
  /** The number of final epochs without augmentation. */
  unaugmentedEpochs: number;
  batchSize: number;
  /** The highest learning rate. */
  learningRate: number;
  momentum: number;
}

/** The number of steps in which the learning rate rises to its highest. */
const WARM_UP = 300;

export interface EpochDone {
  epoch: number;
  /** The mean over the epoch. */
  loss: number;
}

/**
 * Trains the network; the generator yields after each step.
 * @yields the epoch's result after its last step, else null
 */
export function* train(network: Network, images: LabelledImages, schedule: Schedule): Generator<EpochDone | null> {
  const { seed, epochs, unaugmentedEpochs, batchSize, momentum } = schedule;
  const stepsPerEpoch = Math.ceil(images.count / batchSize);
  let step = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const augmentation = epoch <= epochs - unaugmentedEpochs ? augmentationOf(seed, epoch) : null;
    const order = permutation(images.count, { seed, purpose: 'order', epoch });
    let losses = 0;
    for (let start = 0; start < images.count; start += batchSize) {
      const batch = toBatch(images, order.subarray(start, start + batchSize), augmentation);
      const learningRate = learningRateAt(step, epochs * stepsPerEpoch, schedule.learningRate);
      losses += network.trainStep(batch, withoutDropout(batch.count), { learningRate, momentum });
      step++;
      yield step % stepsPerEpoch === 0 ? { epoch, loss: losses / stepsPerEpoch } : null;
    }
  }
}

/** Rises linearly, then falls along a cosine to 0 (I. Loshchilov and F. Hutter, "SGDR", 2017). */
function learningRateAt(step: number, steps: number, highest: number): number {
  return highest * Math.min(1, (step + 1) / WARM_UP) * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
}
