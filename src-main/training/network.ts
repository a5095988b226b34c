/**
 * The article's network in TensorFlow's shapes: images [batch, height, width, channel],
 * kernels [height, width, in, out], linear weights [in, out].
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Variables, type Weights, fanIn, mapParameters, parameterShapes, sizeOf } from './parameters';
import { dropoutFactors, uniform } from './random';

export type Network = Variables;

/** Factors that the activations are multiplied with while training. */
export interface DropoutMasks {
  /** [batch, 1, 1, 20]: whole channels of the second convolution (PyTorch's Dropout2d). */
  channels: tf.Tensor4D;
  /** [batch, 50]: the units of the first linear layer. */
  units: tf.Tensor2D;
}

const DROPOUT_RATE = 0.5;

/**
 * @param images [batch, 28, 28, 1], normalised
 * @param masks for training; null turns dropout off
 * @returns log-probabilities of the ten digits, [batch, 10]
 */
export function forward(network: Network, images: tf.Tensor4D, masks: DropoutMasks | null): tf.Tensor2D {
  let x = conv(images, network['conv1.weight'], network['conv1.bias']);
  x = tf.relu(tf.maxPool(x, 2, 2, 'valid'));
  x = conv(x, network['conv2.weight'], network['conv2.bias']);
  if (masks) x = tf.mul(x, masks.channels);
  x = tf.relu(tf.maxPool(x, 2, 2, 'valid'));
  let y: tf.Tensor2D = tf.reshape(x, [-1, 320]);
  y = tf.relu(linear(y, network['fc1.weight'], network['fc1.bias']));
  if (masks) y = tf.mul(y, masks.units);
  return tf.logSoftmax(linear(y, network['fc2.weight'], network['fc2.bias']));
}

function conv(x: tf.Tensor4D, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor4D {
  return tf.add(tf.conv2d(x, kernel as tf.Tensor4D, 1, 'valid'), bias);
}

function linear(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return tf.add(tf.matMul(x, weight as tf.Tensor2D), bias);
}

/** Negative log-likelihood, mean over the batch. @param labels one-hot, [batch, 10] */
export function negativeLogLikelihood(logProbabilities: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, labels), 1)));
}

/** The dropout masks of one training step: a function of the seed and the step. */
export function dropoutMasks(batch: number, seed: number, step: number): DropoutMasks {
  const factors = dropoutFactors(batch * 70, DROPOUT_RATE, { seed, purpose: 'dropout', step });
  return {
    channels: tf.tensor4d(factors.subarray(0, batch * 20), [batch, 1, 1, 20]),
    units: tf.tensor2d(factors.subarray(batch * 20), [batch, 50]),
  };
}

/** PyTorch's default for convolutions and linear layers: U(-1/sqrt(fan_in), 1/sqrt(fan_in)). */
export function initialWeights(seed: number): Weights {
  return mapParameters((name, step) => {
    const bound = 1 / Math.sqrt(fanIn(name));
    return uniform(sizeOf(parameterShapes[name]), -bound, bound, { seed, purpose: 'initialisation', step });
  });
}
