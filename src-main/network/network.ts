import type { RunConfig } from '@contract/schemas';
import type { Batch } from '../data/batches';
import type { DropoutMasks } from './dropout';
import type { Weights } from './parameters';

export type Hyperparameters = Pick<RunConfig, 'learningRate' | 'momentum'>;

/** What the forward and the backward pass of a training step give. */
export interface Passes {
  /** The batch's mean loss: the very number that `Network.trainStep` returns. */
  loss: number;
  /** count: the loss of each image */
  losses: Float32Array;
  /** count x 10 log-probabilities, with dropout */
  logProbabilities: Float32Array;
  /** The gradient of the batch's mean loss. */
  gradients: Weights;
}

/** The article's network with its current weights and momentum buffers, held by TensorFlow. */
export interface Network {
  /** Runs forward pass, backward pass and optimizer update. @returns the batch's mean loss before the update */
  trainStep(batch: Batch, masks: DropoutMasks, hyperparameters: Hyperparameters): number;
  /** Runs the forward and the backward pass of a training step, without the update. */
  passes(batch: Batch, masks: DropoutMasks): Passes;
  /**
   * @param pixels grey values of `count` images, 28 x 28 each
   * @returns count x 10 log-probabilities, dropout off
   */
  logProbabilities(pixels: Uint8Array, count: number): Float32Array;
  /** @returns count x 320: the second layer's maps of 4 x 4 pixels, dropout off; all 20 maps' first pixel, then the next */
  maps(pixels: Uint8Array, count: number): Float32Array;
  /** A copy of the weights. */
  weights(): Weights;
  /** A copy of the momentum buffers. */
  momentumBuffers(): Weights;
  /**
   * Copies the weights and the momentum buffers into the given arrays.
   * @param weights [21840], in PyTorch's order, see `split`
   * @param momentumBuffers [21840], in the same order
   * @returns whether all values are finite
   */
  copyTo(weights: Float32Array, momentumBuffers: Float32Array): boolean;
  /** Frees TensorFlow's memory; the network cannot be used afterwards. */
  dispose(): void;
}
