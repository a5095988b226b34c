import type { Insight, Maps } from '@contract/recognition';
import { toGreyImage } from '../data/grey-image';
import type { Weights } from '../network/parameters';
import { KERNEL, type LayerMaps, activationsOf } from './activations';
import { saliencyOf } from './saliency';

/**
 * Shows how the network processes an image: the forward pass up to the hidden layer, and which pixels
 * influence the answer.
 * @param pixels 28 x 28 grey values
 */
export function lookInside(weights: Weights, pixels: Uint8Array): Insight {
  const activations = activationsOf(weights, pixels);
  return {
    kernels: toMaps({ side: KERNEL, values: Float64Array.from(weights['conv1.weight']) }, signed),
    // The network pools before its ReLU; since both preserve the order of values, the result is the same.
    firstLayer: toMaps(relu(activations.conv1), amount),
    secondLayer: toMaps(relu(activations.conv2), amount),
    units: toMaps({ side: 1, values: activations.units }, amount),
    saliency: toMaps(saliencyOf(weights, activations), amount).images[0]!,
  };
}

const relu = ({ side, values }: LayerMaps): LayerMaps => ({ side, values: values.map((value) => Math.max(0, value)) });

/** Converts a layer's value to a grey value. @param largest the layer's largest absolute value */
type Shade = (value: number, largest: number) => number;
const amount: Shade = (value, largest) => (255 * value) / largest;
const signed: Shade = (value, largest) => 128 + (127 * value) / largest;

/** Shows all maps of a layer in the same scale, so that they can be compared. */
function toMaps({ side, values }: LayerMaps, shade: Shade): Maps {
  // Avoids a division by 0 for a layer without any activation.
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const greys = Uint8Array.from(values, (value) => Math.round(shade(value, largest)));
  const size = side * side;
  return {
    side,
    images: Array.from({ length: values.length / size }, (_, i) =>
      toGreyImage(greys.subarray(i * size, (i + 1) * size)),
    ),
  };
}
