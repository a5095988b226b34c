/**
 * What each layer of the network makes of one image, computed number by number instead of by TensorFlow, so that each
 * product can be shown and each value followed back to the pixels. Tests compare the two.
 */
import { MEAN, STANDARD_DEVIATION } from '../data/batches';
import { SIDE } from '../data/mnist';
import type { Weights } from '../network/parameters';

/** The kernels' side. */
export const KERNEL = 5;

/** Square maps, one after the other. In double precision, so that the products that are shown add up to the sums. */
export interface LayerMaps {
  side: number;
  /** [count, side, side] */
  values: Float64Array;
}

/** Maps after pooling and ReLU. */
export interface PooledMaps extends LayerMaps {
  /** For each value, the index of the value before pooling that it was taken from. */
  winners: Uint16Array;
}

/** In the order of the article's `forward`, dropout off. */
export interface Activations {
  /** 1 x 28 x 28, normalised */
  image: LayerMaps;
  /** 10 x 24 x 24 */
  conv1: LayerMaps;
  /** 10 x 12 x 12 */
  pooled1: PooledMaps;
  /** 20 x 8 x 8 */
  conv2: LayerMaps;
  /** 20 x 4 x 4 */
  pooled2: PooledMaps;
  /** [50], after ReLU */
  units: Float64Array;
  /** [10], before the softmax */
  scores: Float64Array;
}

/** @param pixels 28 x 28 grey values */
export function activationsOf(weights: Weights, pixels: Uint8Array): Activations {
  const image = { side: SIDE, values: Float64Array.from(pixels, (value) => (value / 255 - MEAN) / STANDARD_DEVIATION) };
  const conv1 = convolved(image, weights['conv1.weight'], weights['conv1.bias']);
  const pooled1 = pooled(conv1);
  const conv2 = convolved(pooled1, weights['conv2.weight'], weights['conv2.bias']);
  const pooled2 = pooled(conv2);
  const units = linear(pooled2.values, weights['fc1.weight'], weights['fc1.bias']).map((value) => Math.max(0, value));
  const scores = linear(units, weights['fc2.weight'], weights['fc2.bias']);
  return { image, conv1, pooled1, conv2, pooled2, units, scores };
}

/** A convolution without padding. @param weight [outputs, inputs, 5, 5] @param bias [outputs] */
function convolved({ side, values }: LayerMaps, weight: Float32Array, bias: Float32Array): LayerMaps {
  const inputs = values.length / side ** 2;
  const newSide = side - KERNEL + 1;
  const result = new Float64Array(bias.length * newSide ** 2);
  let at = 0;
  for (let output = 0; output < bias.length; output++) {
    for (let y = 0; y < newSide; y++) {
      for (let x = 0; x < newSide; x++) {
        let sum = bias[output]!;
        let k = output * inputs * KERNEL ** 2;
        for (let input = 0; input < inputs; input++) {
          for (let row = 0; row < KERNEL; row++) {
            const begin = input * side ** 2 + (y + row) * side + x;
            for (let column = 0; column < KERNEL; column++) sum += weight[k++]! * values[begin + column]!;
          }
        }
        result[at++] = sum;
      }
    }
  }
  return { side: newSide, values: result };
}

/** The largest value of each square of 2 x 2, and ReLU. */
function pooled({ side, values }: LayerMaps): PooledMaps {
  const result = new Float64Array(values.length / 4);
  const winners = new Uint16Array(result.length);
  for (let at = 0; at < result.length; at++) {
    // Both sides are even, so rows need not be told apart by map.
    const row = Math.floor(at / (side / 2));
    const first = 2 * row * side + 2 * (at % (side / 2));
    let winner = first;
    for (const other of [first + 1, first + side, first + side + 1]) {
      if (values[other]! > values[winner]!) winner = other;
    }
    winners[at] = winner;
    result[at] = Math.max(0, values[winner]!);
  }
  return { side: side / 2, values: result, winners };
}

/** @param weight [outputs, inputs] @param bias [outputs] */
function linear(values: Float64Array, weight: Float32Array, bias: Float32Array): Float64Array {
  return Float64Array.from(bias, (sum, output) => {
    for (let input = 0; input < values.length; input++) sum += weight[output * values.length + input]! * values[input]!;
    return sum;
  });
}
