/**
 * The first convolution, pooling and ReLU in training. TensorFlow's convolutions are slow with one channel of input and
 * ten of output, so matrix products take their place. The four outputs that one pooled value is the largest of read
 * 6 x 6 pixels together, a patch. The matrix of all patches, times one with the kernel in its four places in a patch,
 * gives all outputs; the kernel's gradient is a product with the same patches.
 *
 * Without a gradient to compute, making the patches does not pay.
 */
import { SIDE } from '../../data/mnist';
import type { GraphBuilder, Value } from './graph-builder';

const KERNEL = 5;
const MAPS = 10;
const PATCH = KERNEL + 1;
/** Pooled values in a row of a map, and in the whole map. */
const ROW = (SIDE - KERNEL + 1) / 2;
const MAP = ROW ** 2;

/** The four outputs of a patch lie beside each other. */
const WINDOW = { list: [1, 1, 4, 1] };
const POOL = { ksize: WINDOW, strides: WINDOW, padding: 'VALID' };

/** All places in a square, row by row. */
const square = (side: number) =>
  Array.from({ length: side ** 2 }, (_, i) => ({ y: Math.floor(i / side), x: i % side }));

/**
 * Copies each pixel of all images at once, which is fastest. So the image varies faster than the place in its map.
 * @param images [batch, 784]
 * @returns [36, 144 x batch]
 */
export function patchesOf(g: GraphBuilder, images: Value): Value {
  const pixels = square(PATCH).flatMap(({ y, x }) =>
    square(ROW).map((place) => (2 * place.y + y) * SIDE + 2 * place.x + x),
  );
  // oneDNN takes twice as long to transpose numbers as TensorFlow takes for the same bits called integers.
  const rows = g.bitcast(g.transpose(g.bitcast(images, 'float32', 'int32'), [1, 0], 'int32'), 'int32', 'float32');
  return g.reshape(g.gather(rows, g.constant(pixels, 'int32')), [PATCH ** 2, -1]);
}

/**
 * @param kernel [5, 5, 1, 10]
 * @returns the convolution's outputs without bias, and the largest of each four, in the order of the patches; and
 *   [batch, 12, 12, 10]. The bias follows pooling, since it is the same for all four.
 */
export function firstLayer(
  g: GraphBuilder,
  patches: Value,
  kernel: Value,
  bias: Value,
): Record<'conv1' | 'pool1' | 'relu1', Value> {
  const placed = g.matMul(places(g), g.reshape(kernel, [KERNEL ** 2, MAPS]));
  const outputs = g.matMul(patches, g.reshape(placed, [PATCH ** 2, 4 * MAPS]), { transpose_a: true });
  const conv1 = g.reshape(outputs, [-1, 1, 4 * MAP, MAPS]);
  const pool1 = g.op('MaxPool', [conv1], POOL);
  const ofImages = g.transpose(g.reshape(pool1, [MAP, -1, MAPS]), [1, 0, 2]);
  const relu1 = g.op('Relu', [g.op('BiasAdd', [g.reshape(ofImages, [-1, ROW, ROW, MAPS]), bias])]);
  return { conv1, pool1, relu1 };
}

/**
 * @param values `dMaps1` is the gradient of the loss with respect to the sums before ReLU, [batch, 12, 12, 10]
 * @param waitsFor control inputs of the gradient of pooling
 */
export function firstGradients(
  g: GraphBuilder,
  { patches, conv1, pool1, dMaps1 }: Record<'patches' | 'conv1' | 'pool1' | 'dMaps1', Value>,
  waitsFor: Value[],
): Record<'dConv1' | 'dKernel1', Value> {
  const ofPlaces = g.transpose(g.reshape(dMaps1, [-1, MAP, MAPS]), [1, 0, 2]);
  const dPool1 = g.reshape(ofPlaces, [-1, 1, MAP, MAPS]);
  const dConv1 = g.op('MaxPoolGrad', [conv1, pool1, dPool1, ...waitsFor], POOL);
  const dPlaced = g.matMul(patches, g.reshape(dConv1, [-1, 4 * MAPS]));
  // The kernel is in four places, whose gradients are added.
  const dKernel1 = g.matMul(places(g), g.reshape(dPlaced, [4 * PATCH ** 2, MAPS]), { transpose_a: true });
  return { dConv1, dKernel1 };
}

/** A matrix of zeros and ones that puts each of the kernel's 25 rows into its four places in a patch: [36 x 4, 25]. */
function places(g: GraphBuilder): Value {
  const values = square(PATCH).flatMap((pixel) =>
    square(2).flatMap((shift) =>
      square(KERNEL).map(({ y, x }) => Number(pixel.y === y + shift.y && pixel.x === x + shift.x)),
    ),
  );
  return g.constant(values, 'float32', [4 * PATCH ** 2, KERNEL ** 2]);
}
