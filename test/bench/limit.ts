/** The limit of a training step: how long its multiplications would take at the rate of a large matrix product. */
import * as tf from '@tensorflow/tfjs-core';
import { defaultConfig } from '../../src-preload/schemas';
import { loadTensorFlow } from '../../src-main/engine/tensorflow';
import { quantile } from './statistics';

export interface LimitFigures {
  /** Of a product of two large matrices, in 10^9 multiplications and additions per second. */
  gigaflops: number;
  /** Milliseconds that the multiplications and additions of a step would take at that rate. */
  step: number;
}

/** The multiplications of a forward pass, per image; each comes with an addition. */
const FORWARD = {
  conv1: 24 * 24 * 10 * 25,
  conv2: 8 * 8 * 20 * 250,
  fc1: 320 * 50,
  fc2: 50 * 10,
};
/** A backward pass multiplies as often for a layer's weights, and again for its input; conv1's input needs no gradient. */
const MULTIPLICATIONS = 2 * FORWARD.conv1 + 3 * (FORWARD.conv2 + FORWARD.fc1 + FORWARD.fc2);

const SIDE = 2048;
const REPEATS = 20;

export async function limit(): Promise<LimitFigures> {
  await loadTensorFlow();
  const [a, b] = [tf.randomUniform([SIDE, SIDE]), tf.randomUniform([SIDE, SIDE])];
  const seconds = Array.from({ length: REPEATS }, () => {
    const began = performance.now();
    // The native library returns when the product is computed.
    const product = tf.matMul(a, b);
    const seconds = (performance.now() - began) / 1000;
    product.dispose();
    return seconds;
  });
  // The fastest tenth: a limit is what the machine can do when nothing else disturbs it.
  const gigaflops = (2 * SIDE ** 3) / quantile(seconds, 0.1) / 1e9;
  return { gigaflops, step: (2 * MULTIPLICATIONS * defaultConfig.batchSize) / gigaflops / 1e6 };
}
