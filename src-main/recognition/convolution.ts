/** The arithmetic behind one pixel of a feature map, of which each product is shown. */
import type { Convolution, ConvolutionPlace } from '@contract/convolution';
import { UserError } from '../base/errors';
import type { Weights } from '../network/parameters';
import { type LayerMaps, KERNEL, activationsOf } from './activations';

const AREA = KERNEL * KERNEL;

/**
 * @param pixels 28 x 28 grey values
 * @throws UserError `not-now` if a number is not finite
 */
export function convolutionAt(
  weights: Weights,
  pixels: Uint8Array,
  { layer, map, x, y }: ConvolutionPlace,
): Convolution {
  const isFirst = layer === 'firstLayer';
  const { image, conv1, pooled1, conv2 } = activationsOf(weights, pixels);
  const [input, output] = isFirst ? [image, conv1] : [pooled1, conv2];
  const count = input.values.length / input.side ** 2;
  const kernels = kernelsOf(weights[isFirst ? 'conv1.weight' : 'conv2.weight'], map, count);
  const bias = weights[isFirst ? 'conv1.bias' : 'conv2.bias'][map]!;
  const valueAt = (column: number, row: number) => pixelOf(output, map, column, row);

  const parts = kernels.map((kernel, i) => {
    const patch = Array.from({ length: AREA }, (_, k) =>
      pixelOf(input, i, x + (k % KERNEL), y + Math.floor(k / KERNEL)),
    );
    return { patch, kernel: [...kernel], sum: patch.reduce((sum, value, k) => sum + value * kernel[k]!, 0) };
  });
  // The window of 2 x 2 that pooling takes the largest value from.
  const [left, top] = [x - (x % 2), y - (y % 2)];
  const window = [0, 1, 2, 3].map((i) => valueAt(left + (i % 2), top + (i >> 1)));
  const largest = Math.max(...window);
  const value = valueAt(x, y);
  if (![...parts.map(({ sum }) => sum), ...window, value].every(Number.isFinite)) {
    throw new UserError(
      'not-now',
      'The weights of this network are too large to compute with. Choose another network.',
    );
  }
  return { inputs: parts, bias, value, window, winner: window.indexOf(largest), result: Math.max(0, largest) };
}

const pixelOf = ({ side, values }: LayerMaps, map: number, x: number, y: number) =>
  values[(map * side + y) * side + x]!;

/** The kernels of one map, one for each input. @param weight [maps, inputs, 5, 5] */
function kernelsOf(weight: Float32Array, map: number, inputs: number): Float32Array[] {
  return Array.from({ length: inputs }, (_, i) =>
    weight.subarray((map * inputs + i) * AREA, (map * inputs + i + 1) * AREA),
  );
}
