/** Which pixels the network's answer depends on. */
import type { Weights } from '../network/parameters';
import { mostLikely } from '../training/evaluate';
import { type Activations, KERNEL, type LayerMaps, type PooledMaps } from './activations';

/**
 * The absolute gradient of the likeliest digit's score with respect to each pixel: K. Simonyan, A. Vedaldi and
 * A. Zisserman, "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
 * 2013, section 3. As in the paper, the score is not the probability, which saturates once the network is sure; it
 * is the lead over the mean of all ten scores, which the softmax does not change.
 * @returns 1 x 28 x 28, 0 or more
 */
export function saliencyOf(
  weights: Weights,
  { image, conv1, pooled1, conv2, pooled2, units, scores }: Activations,
): LayerMaps {
  const likeliest = mostLikely(scores);
  // Backward pass; dX is the gradient of the lead with respect to X.
  const dScores = scores.map((_, digit) => Number(digit === likeliest) - 1 / scores.length);
  const dUnits = beforeLinear(dScores, weights['fc2.weight'], units.length);
  const dLinear1 = dUnits.map((value, unit) => (units[unit]! > 0 ? value : 0));
  const dPooled2 = beforeLinear(dLinear1, weights['fc1.weight'], pooled2.values.length);
  const dConv2 = beforePooling(dPooled2, pooled2, conv2);
  const dPooled1 = beforeConvolution(dConv2, weights['conv2.weight'], pooled1);
  const dConv1 = beforePooling(dPooled1.values, pooled1, conv1);
  const dImage = beforeConvolution(dConv1, weights['conv1.weight'], image);
  return { ...dImage, values: dImage.values.map(Math.abs) };
}

/** @param weight [outputs, inputs] @returns the gradient with respect to the inputs */
function beforeLinear(gradient: Float64Array, weight: Float32Array, inputs: number): Float64Array {
  const result = new Float64Array(inputs);
  for (const [output, value] of gradient.entries()) {
    for (let input = 0; input < inputs; input++) result[input]! += value * weight[output * inputs + input]!;
  }
  return result;
}

/** Only the largest of each square counts, and behind ReLU only if it is positive. */
function beforePooling(gradient: Float64Array, { values, winners }: PooledMaps, before: LayerMaps): LayerMaps {
  const result = new Float64Array(before.values.length);
  for (const [at, winner] of winners.entries()) if (values[at]! > 0) result[winner] = gradient[at]!;
  return { side: before.side, values: result };
}

/** @param weight [outputs, inputs, 5, 5] @returns the gradient with respect to the maps `before` the convolution */
function beforeConvolution({ side, values }: LayerMaps, weight: Float32Array, before: LayerMaps): LayerMaps {
  const result = new Float64Array(before.values.length);
  const inputs = result.length / before.side ** 2;
  for (const [at, value] of values.entries()) {
    // Most are zero, see `beforePooling`.
    if (value === 0) continue;
    const output = Math.floor(at / side ** 2);
    const [x, y] = [at % side, Math.floor(at / side) % side];
    let k = output * inputs * KERNEL ** 2;
    for (let input = 0; input < inputs; input++) {
      for (let row = 0; row < KERNEL; row++) {
        const begin = input * before.side ** 2 + (y + row) * before.side + x;
        for (let column = 0; column < KERNEL; column++) result[begin + column]! += value * weight[k++]!;
      }
    }
  }
  return { side: before.side, values: result };
}
