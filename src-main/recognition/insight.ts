import * as tf from '@tensorflow/tfjs-core';
import type { Insight, Maps } from '@contract/recognition';
import { toGreyImage } from '../data/grey-image';
import { mostLikely } from '../training/evaluate';
import { type Variables, type Weights, disposeVariables, toVariables } from '../network/parameters';
import { conv, forward, toImages } from '../network/plain/forward';

/**
 * Shows how the network processes an image: the forward pass up to the hidden layer, and which pixels
 * influence the answer.
 * @param pixels 28 x 28 grey values
 */
export function lookInside(weights: Weights, pixels: Uint8Array): Insight {
  const network = toVariables(weights);
  const layers = tf.tidy(() => {
    const image = toImages(pixels, 1);
    const kernel = network['conv1.weight'] as tf.Tensor4D;
    const first: tf.Tensor4D = tf.relu(conv(image, kernel, network['conv1.bias']));
    // The network pools before its ReLU; since both preserve the order of values, the result is the same.
    const pooled = tf.maxPool(first, 2, 2, 'valid');
    const second: tf.Tensor4D = tf.relu(conv(pooled, network['conv2.weight'], network['conv2.bias']));
    const flat = tf.reshape(tf.maxPool(second, 2, 2, 'valid'), [1, -1]);
    const units = tf.relu(tf.add(tf.matMul(flat, network['fc1.weight'] as tf.Tensor2D), network['fc1.bias']));
    return {
      units: tf.reshape<tf.Rank.R4>(units, [1, -1, 1, 1]),
      kernels: tf.transpose(kernel, [2, 3, 0, 1]),
      firstLayer: tf.transpose(first, [0, 3, 1, 2]),
      secondLayer: tf.transpose(second, [0, 3, 1, 2]),
      saliency: tf.transpose(saliencyOf(network, image), [0, 3, 1, 2]),
    };
  });
  const insight = {
    kernels: toMaps(layers.kernels, signed),
    firstLayer: toMaps(layers.firstLayer, amount),
    secondLayer: toMaps(layers.secondLayer, amount),
    units: toMaps(layers.units, amount),
    saliency: toMaps(layers.saliency, amount).images[0]!,
  };
  tf.dispose(layers);
  disposeVariables(network);
  return insight;
}

/**
 * The absolute gradient of the likeliest digit's score with respect to each pixel: K. Simonyan, A. Vedaldi and
 * A. Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
 * 2013, section 3. As in the paper, the score is not the probability, which saturates once the network is sure; it
 * is the lead over the mean of all ten scores, which the softmax does not change.
 * @param image [1, 28, 28, 1], normalised
 * @returns [1, 28, 28, 1], 0 or more
 */
function saliencyOf(network: Variables, image: tf.Tensor4D): tf.Tensor4D {
  const gradient = tf.grad((x) => {
    const logProbabilities = forward(network, x as tf.Tensor4D, null);
    const likeliest = tf.slice(logProbabilities, [0, mostLikely(logProbabilities.dataSync())], [1, 1]);
    return tf.sub(likeliest, tf.mean(logProbabilities));
  });
  return tf.abs(gradient(image) as tf.Tensor4D);
}

/** Converts a layer's value to a grey value. @param largest the layer's largest absolute value */
type Shade = (value: number, largest: number) => number;
const amount: Shade = (value, largest) => (255 * value) / largest;
const signed: Shade = (value, largest) => 128 + (127 * value) / largest;

/** @param layer [1, maps, side, side]; all its maps have the same scale, so that they can be compared */
function toMaps(layer: tf.Tensor4D, shade: Shade): Maps {
  const [, count, side] = layer.shape;
  const values = layer.dataSync<'float32'>();
  // Avoids a division by 0 for a layer without any activation.
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const greys = Uint8Array.from(values, (value) => Math.round(shade(value, largest)));
  const size = side * side;
  return {
    side,
    images: Array.from({ length: count }, (_, i) => toGreyImage(greys.subarray(i * size, (i + 1) * size))),
  };
}
