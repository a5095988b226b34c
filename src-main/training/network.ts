import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '@contract/schemas';
import type { Batch } from './batches';
import type { DropoutMasks } from './dropout';
import { GraphNetwork } from './graph/graph-network';
import { type Weights, zeroWeights } from './parameters';
import { PlainNetwork } from './plain/plain-network';

export type Hyperparameters = Pick<RunConfig, 'learningRate' | 'momentum'>;

/** The article's network with its present weights and momentum, in TensorFlow's hands. */
export interface Network {
  /** Forward, backward, and the optimizer's update. @returns the batch's mean loss, from before the update */
  trainStep(batch: Batch, masks: DropoutMasks, hyperparameters: Hyperparameters): number;
  /**
   * @param pixels grey values of `count` images, 28 x 28 each
   * @returns count x 10 log-probabilities, dropout off
   */
  logProbabilities(pixels: Uint8Array, count: number): Float32Array;
  /** A copy of the weights. */
  weights(): Weights;
  /** A copy of the momentum buffers. */
  velocities(): Weights;
  /**
   * Copies both.
   * @param weights [21840], in PyTorch's order, see `split`
   * @param velocities the same
   * @returns whether all are finite numbers
   */
  copyTo(weights: Float32Array, velocities: Float32Array): boolean;
  /** Frees what TensorFlow holds; the network is of no use afterwards. */
  dispose(): void;
}

/** @param velocities the momentum buffers to go on with */
export function createNetwork(weights: Weights, velocities = zeroWeights()): Network {
  const isNative = tf.getBackend() === 'tensorflow';
  return isNative ? new GraphNetwork(weights, velocities) : new PlainNetwork(weights, velocities);
}
