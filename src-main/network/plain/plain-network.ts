import * as tf from '@tensorflow/tfjs-core';
import { CLASSES } from '../../data/mnist';
import type { Batch } from '../../data/batches';
import type { DropoutMasks } from '../dropout';
import type { Hyperparameters, Network } from '../network';
import {
  PARAMETER_COUNT,
  type Weights,
  disposeVariables,
  fromVariables,
  parameterNames,
  split,
  toVariables,
} from '../parameters';
import { forward, negativeLogLikelihood, toImages } from './forward';
import { SgdOptimizer } from './optimizer';

/**
 * The network in TensorFlow.js operations with automatic differentiation. It runs where the native library does not,
 * and is the reference for the graph's tests.
 */
export class PlainNetwork implements Network {
  readonly #variables;
  readonly #optimizer;

  constructor(weights: Weights, momentumBuffers: Weights) {
    this.#variables = toVariables(weights);
    this.#optimizer = new SgdOptimizer(this.#variables, momentumBuffers);
  }

  trainStep({ pixels, labels, count }: Batch, masks: DropoutMasks, hyperparameters: Hyperparameters): number {
    return tf.tidy(() => {
      const images = toImages(pixels, count);
      const target = tf.tensor2d(labels, [count, CLASSES]);
      const factors = {
        channels: tf.tensor4d(masks.channels, [count, 1, 1, 20]),
        units: tf.tensor2d(masks.units, [count, 50]),
      };
      const { value, grads } = tf.variableGrads(
        () => negativeLogLikelihood(forward(this.#variables, images, factors), target),
        parameterNames.map((name) => this.#variables[name]),
      );
      this.#optimizer.step(grads, hyperparameters);
      return value.dataSync()[0]!;
    });
  }

  logProbabilities(pixels: Uint8Array, count: number): Float32Array {
    return tf.tidy(() => forward(this.#variables, toImages(pixels, count), null).dataSync<'float32'>());
  }

  weights(): Weights {
    const values = new Float32Array(PARAMETER_COUNT);
    fromVariables(this.#variables, values);
    return split(values);
  }

  momentumBuffers(): Weights {
    const values = new Float32Array(PARAMETER_COUNT);
    this.#optimizer.copyTo(values);
    return split(values);
  }

  copyTo(weights: Float32Array, momentumBuffers: Float32Array): boolean {
    const finiteWeights = fromVariables(this.#variables, weights);
    return this.#optimizer.copyTo(momentumBuffers) && finiteWeights;
  }

  dispose(): void {
    this.#optimizer.dispose();
    disposeVariables(this.#variables);
  }
}
