/**
 * The article's network in plain TensorFlow.js, with TensorFlow's shapes: images [batch, height, width, channel],
 * kernels [height, width, in, out], linear weights [in, out].
 */
import * as tf from '@tensorflow/tfjs-core';
import { PIXELS, SIDE } from '../../data/mnist';
import { MEAN, STANDARD_DEVIATION } from '../../data/batches';
import type { Variables } from './variables';

/** Factors by which the activations are multiplied in training; see `dropoutMasks`. */
export interface MaskTensors {
  /** [batch, 1, 1, 20] */
  channels: tf.Tensor4D;
  /** [batch, 50] */
  units: tf.Tensor2D;
}

/** The network's input for each grey value, 0 to 255. */
const normalised = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - MEAN) / STANDARD_DEVIATION);

/**
 * @param pixels grey values of `count` images, 28 x 28 each
 * @returns [count, 28, 28, 1], normalised
 */
export function toImages(pixels: Uint8Array, count: number): tf.Tensor4D {
  const values = new Float32Array(count * PIXELS);
  for (let i = 0; i < values.length; i++) values[i] = normalised[pixels[i]!]!;
  return tf.tensor4d(values, [count, SIDE, SIDE, 1]);
}

/**
 * @param images [batch, 28, 28, 1], normalised
 * @param masks dropout factors for training; null turns dropout off
 * @returns log-probabilities of the ten digits, [batch, 10]
 */
export function forward(network: Variables, images: tf.Tensor4D, masks: MaskTensors | null): tf.Tensor2D {
  let y = hiddenUnits(network, maps(network, images, masks));
  if (masks) y = tf.mul(y, masks.units);
  return output(network, y);
}

/** Both convolutions. @returns [batch, 320]: 4 x 4 pixels of 20 maps each */
export function maps(network: Variables, images: tf.Tensor4D, masks: MaskTensors | null): tf.Tensor2D {
  let x = conv(images, network['conv1.weight'], network['conv1.bias']);
  x = tf.relu(tf.maxPool(x, 2, 2, 'valid'));
  x = conv(x, network['conv2.weight'], network['conv2.bias']);
  if (masks) x = tf.mul(x, masks.channels);
  x = tf.relu(tf.maxPool(x, 2, 2, 'valid'));
  return tf.reshape(x, [-1, 320]);
}

/** @param maps [batch, 320] @returns [batch, 50] */
export function hiddenUnits(network: Variables, maps: tf.Tensor2D): tf.Tensor2D {
  return tf.relu(linear(maps, network['fc1.weight'], network['fc1.bias']));
}

/** @param units [batch, 50] @returns log-probabilities of the ten digits, [batch, 10] */
function output(network: Variables, units: tf.Tensor2D): tf.Tensor2D {
  return tf.logSoftmax(linear(units, network['fc2.weight'], network['fc2.bias']));
}

/** A convolution without padding. @param kernel [height, width, in, out] */
export function conv(x: tf.Tensor4D, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor4D {
  return tf.add(tf.conv2d(x, kernel as tf.Tensor4D, 1, 'valid'), bias);
}

function linear(x: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  return tf.add(tf.matMul(x, weight as tf.Tensor2D), bias);
}

/** The mean negative log-likelihood of the batch. @param labels distributions over the digits, [batch, 10] */
export function negativeLogLikelihood(logProbabilities: tf.Tensor2D, labels: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, labels), 1)));
}
