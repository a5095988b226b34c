import type { RunConfig } from '@contract/schemas';
import type { Batch } from '../data/batches';
import type { DropoutMasks } from './dropout';
import type { Weights } from './parameters';

export type Hyperparameters = Pick<RunConfig, 'learningRate' | 'momentum'>;

/** The article's network with its current weights and momentum buffers, held by TensorFlow. */
export interface Network {
  /** Runs forward pass, backward pass and optimizer update. @returns the batch's mean loss before the update */
  trainStep(batch: Batch, masks: DropoutMasks, hyperparameters: Hyperparameters): number;
  /**
   * @param pixels grey values of `count` images, 28 x 28 each
   * @returns count x 10 log-probabilities, dropout off
   */
  logProbabilities(pixels: Uint8Array, count: number): Float32Array;
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
