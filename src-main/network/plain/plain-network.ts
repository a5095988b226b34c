import * as tf from '@tensorflow/tfjs-core';
import { CLASSES } from '../../data/mnist';
import type { Batch } from '../../data/batches';
import type { DropoutMasks } from '../dropout';
import type { Hyperparameters, Network, Passes } from '../network';
import { PARAMETER_COUNT, type Weights, mapParameters, parameterNames, split } from '../parameters';
import { type MaskTensors, forward, maps, negativeLogLikelihood, toImages } from './forward';
import { SgdOptimizer } from './optimizer';
import { disposeVariables, fromVariables, toVariables } from './variables';

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

  trainStep(batch: Batch, masks: DropoutMasks, hyperparameters: Hyperparameters): number {
    return tf.tidy(() => {
      const { value, grads } = this.#backward(tensorsOf(batch, masks));
      this.#optimizer.step(grads, hyperparameters);
      return value.dataSync()[0]!;
    });
  }

  passes(batch: Batch, masks: DropoutMasks): Passes {
    return tf.tidy(() => {
      const tensors = tensorsOf(batch, masks);
      const { value, grads } = this.#backward(tensors);
      const logProbabilities = forward(this.#variables, tensors.images, tensors.factors);
      const losses = tf.neg(tf.sum(tf.mul(logProbabilities, tensors.labels), 1));
      const gradients = new Float32Array(PARAMETER_COUNT);
      const byName = mapParameters((name) => grads[this.#variables[name].name]!);
      fromVariables(byName, gradients);
      return {
        loss: value.dataSync()[0]!,
        losses: losses.dataSync<'float32'>(),
        logProbabilities: logProbabilities.dataSync<'float32'>(),
        gradients: split(gradients),
      };
    });
  }

  logProbabilities(pixels: Uint8Array, count: number): Float32Array {
    return tf.tidy(() => forward(this.#variables, toImages(pixels, count), null).dataSync<'float32'>());
  }

  maps(pixels: Uint8Array, count: number): Float32Array {
    return tf.tidy(() => maps(this.#variables, toImages(pixels, count), null).dataSync<'float32'>());
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

  /** @returns the batch's mean loss, and its gradients by variable name */
  #backward({ images, labels, factors }: BatchTensors): { value: tf.Scalar; grads: tf.NamedTensorMap } {
    return tf.variableGrads(
      () => negativeLogLikelihood(forward(this.#variables, images, factors), labels),
      parameterNames.map((name) => this.#variables[name]),
    );
  }
}

interface BatchTensors {
  images: tf.Tensor4D;
  /** [count, 10] */
  labels: tf.Tensor2D;
  factors: MaskTensors;
}

function tensorsOf({ pixels, labels, count }: Batch, { channels, units }: DropoutMasks): BatchTensors {
  return {
    images: toImages(pixels, count),
    labels: tf.tensor2d(labels, [count, CLASSES]),
    factors: { channels: tf.tensor4d(channels, [count, 1, 1, 20]), units: tf.tensor2d(units, [count, 50]) },
  };
}
