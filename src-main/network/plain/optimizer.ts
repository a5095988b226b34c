import * as tf from '@tensorflow/tfjs-core';
import type { Hyperparameters } from '../network';
import { type Weights, parameterNames } from '../parameters';
import { type Variables, disposeVariables, fromVariables, toVariables } from './variables';

/**
 * Stochastic gradient descent with momentum, as in PyTorch's `optim.SGD`:
 * v = momentum * v + gradient; w = w - learningRate * v.
 */
export class SgdOptimizer {
  readonly #momentumBuffers: Variables;

  /** @param momentumBuffers the initial ones (zeros for a new run), in PyTorch's layout */
  constructor(
    private readonly network: Variables,
    momentumBuffers: Weights,
  ) {
    this.#momentumBuffers = toVariables(momentumBuffers);
  }

  /** @param gradients by variable name, as `tf.variableGrads` returns them */
  step(gradients: tf.NamedTensorMap, { learningRate, momentum }: Hyperparameters): void {
    tf.tidy(() => {
      for (const name of parameterNames) {
        const weight = this.network[name];
        const buffer = this.#momentumBuffers[name];
        buffer.assign(tf.add(tf.mul(buffer, momentum), gradients[weight.name]!));
        weight.assign(tf.sub(weight, tf.mul(buffer, learningRate)));
      }
    });
  }

  /** Copies the momentum buffers. @returns whether all values are finite */
  copyTo(momentumBuffers: Float32Array): boolean {
    return fromVariables(this.#momentumBuffers, momentumBuffers);
  }

  dispose(): void {
    disposeVariables(this.#momentumBuffers);
  }
}
