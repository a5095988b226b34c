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
  const activations = activationsOf(weights, pixels);
  const inputs = mapsOf(isFirst ? activations.image : activations.pooled1);
  const kernels = kernelsOf(weights[isFirst ? 'conv1.weight' : 'conv2.weight'], map, inputs.length);
  const bias = weights[isFirst ? 'conv1.bias' : 'conv2.bias'][map]!;
  const valueAt = (column: number, row: number) => valueOf(inputs, kernels, bias, column, row);

  const parts = inputs.map((input, i) => {
    const patch = patchOf(input, x, y);
    return { patch, kernel: [...kernels[i]!], sum: patch.reduce((sum, value, k) => sum + value * kernels[i]![k]!, 0) };
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

interface SquareMap {
  at: (x: number, y: number) => number;
}

function mapsOf({ side, values }: LayerMaps): SquareMap[] {
  return Array.from({ length: values.length / side ** 2 }, (_, map) => ({
    at: (x, y) => values[map * side ** 2 + y * side + x]!,
  }));
}

/** The kernels of one map, one for each input. @param weight [maps, inputs, 5, 5] */
function kernelsOf(weight: Float32Array, map: number, inputs: number): Float32Array[] {
  return Array.from({ length: inputs }, (_, i) =>
    weight.subarray((map * inputs + i) * AREA, (map * inputs + i + 1) * AREA),
  );
}

const patchOf = (input: SquareMap, x: number, y: number) =>
  Array.from({ length: AREA }, (_, k) => input.at(x + (k % KERNEL), y + Math.floor(k / KERNEL)));

function valueOf(
  inputs: readonly SquareMap[],
  kernels: readonly Float32Array[],
  bias: number,
  x: number,
  y: number,
): number {
  let value = bias;
  for (const [i, input] of inputs.entries()) {
    const kernel = kernels[i]!;
    for (let k = 0; k < AREA; k++) value += kernel[k]! * input.at(x + (k % KERNEL), y + Math.floor(k / KERNEL));
  }
  return value;
}
