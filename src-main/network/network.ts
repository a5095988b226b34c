import type { RunConfig } from '@contract/schemas';
import type { Batch } from '../data/batches';
import type { DropoutMasks } from './dropout';
import type { Weights } from './parameters';

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
  momentumBuffers(): Weights;
  /**
   * Copies both.
   * @param weights [21840], in PyTorch's order, see `split`
   * @param momentumBuffers the same
   * @returns whether all are finite numbers
   */
  copyTo(weights: Float32Array, momentumBuffers: Float32Array): boolean;
  /** Frees what TensorFlow holds; the network is of no use afterwards. */
  dispose(): void;
}
