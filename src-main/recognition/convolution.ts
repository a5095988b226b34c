/**
 * The arithmetic behind one pixel of a feature map, computed number by number instead of by TensorFlow, so that each
 * product can be shown. A test compares the two.
 */
import type { Convolution, ConvolutionPlace } from '@contract/convolution';
import { UserError } from '../base/errors';
import { MEAN, STANDARD_DEVIATION } from '../data/batches';
import { SIDE } from '../data/mnist';
import type { Weights } from '../network/parameters';

/** The kernels' side. */
const KERNEL = 5;
const AREA = KERNEL * KERNEL;

/** A square image that is computed where it is read. */
interface Field {
  at: (x: number, y: number) => number;
}

/**
 * @param pixels 28 x 28 grey values
 * @throws UserError `not-now` if a number is not finite
 */
export function convolutionAt(
  weights: Weights,
  pixels: Uint8Array,
  { layer, map, x, y }: ConvolutionPlace,
): Convolution {
  const image: Field = { at: (column, row) => (pixels[row * SIDE + column]! / 255 - MEAN) / STANDARD_DEVIATION };
  const inputs = layer === 'firstLayer' ? [image] : pooledMaps(weights, image);
  const kernels = kernelsOf(weights[layer === 'firstLayer' ? 'conv1.weight' : 'conv2.weight'], map, inputs.length);
  const bias = weights[layer === 'firstLayer' ? 'conv1.bias' : 'conv2.bias'][map]!;
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

/** The ten maps that the second convolution reads: the first one's, after pooling and ReLU, 12 x 12 each. */
function pooledMaps(weights: Weights, image: Field): Field[] {
  return Array.from(weights['conv1.bias'], (bias, map) => {
    const kernels = kernelsOf(weights['conv1.weight'], map, 1);
    const known = new Map<number, number>();
    return {
      at: (x, y) => {
        const key = y * SIDE + x;
        let value = known.get(key);
        if (value === undefined) {
          const window = [0, 1, 2, 3].map((i) => valueOf([image], kernels, bias, 2 * x + (i % 2), 2 * y + (i >> 1)));
          value = Math.max(0, ...window);
          known.set(key, value);
        }
        return value;
      },
    };
  });
}

/** The kernels of one map, one for each input. @param weight [maps, inputs, 5, 5] */
function kernelsOf(weight: Float32Array, map: number, inputs: number): Float32Array[] {
  return Array.from({ length: inputs }, (_, i) =>
    weight.subarray((map * inputs + i) * AREA, (map * inputs + i + 1) * AREA),
  );
}

const patchOf = (input: Field, x: number, y: number) =>
  Array.from({ length: AREA }, (_, k) => input.at(x + (k % KERNEL), y + Math.floor(k / KERNEL)));

function valueOf(
  inputs: readonly Field[],
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
