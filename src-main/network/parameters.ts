/**
 * The network's 21,840 parameters under PyTorch's names, shapes and memory order (also used on disk), and their
 * conversion to TensorFlow's order and back.
 */

/** Shapes in PyTorch: kernels [out, in, height, width], linear weights [out, in]. */
export const parameterShapes = {
  'conv1.weight': [10, 1, 5, 5],
  'conv1.bias': [10],
  'conv2.weight': [20, 10, 5, 5],
  'conv2.bias': [20],
  'fc1.weight': [50, 320],
  'fc1.bias': [50],
  'fc2.weight': [10, 50],
  'fc2.bias': [10],
} as const satisfies Record<string, readonly number[]>;

export type ParameterName = keyof typeof parameterShapes;
export const parameterNames = Object.keys(parameterShapes) as ParameterName[];

/** One array for each parameter, in PyTorch's memory order. */
export type Weights = Record<ParameterName, Float32Array>;
/** The values that training changes. */
export interface Learned {
  weights: Weights;
  momentumBuffers: Weights;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The number of inputs to each unit of the parameter's layer. */
export function fanIn(name: ParameterName): number {
  const layer = name.split('.')[0] as 'conv1' | 'conv2' | 'fc1' | 'fc2';
  return sizeOf(parameterShapes[`${layer}.weight`].slice(1));
}

interface Layout {
  /** The variable's shape in TensorFlow. */
  variableShape: readonly number[];
  /** Element i of the variable is element order[i] of PyTorch's array. */
  order: Uint32Array;
}

/**
 * @param shape the shape in PyTorch
 * @param axes TensorFlow's axis i is PyTorch's axis axes[i], as in numpy's transpose
 */
function layout(shape: readonly number[], axes: readonly number[], variableShape: readonly number[]): Layout {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sizes = axes.map((axis) => shape[axis]!);
  const order = new Uint32Array(sizeOf(shape));
  for (let i = 0; i < order.length; i++) {
    let rest = i;
    for (let k = axes.length - 1; k >= 0; k--) {
      order[i]! += (rest % sizes[k]!) * strides[axes[k]!]!;
      rest = Math.floor(rest / sizes[k]!);
    }
  }
  return { variableShape, order };
}

const bias = (size: number) => layout([size], [0], [size]);

const layouts: Record<ParameterName, Layout> = {
  'conv1.weight': layout([10, 1, 5, 5], [2, 3, 1, 0], [5, 5, 1, 10]),
  'conv1.bias': bias(10),
  'conv2.weight': layout([20, 10, 5, 5], [2, 3, 1, 0], [5, 5, 10, 20]),
  'conv2.bias': bias(20),
  // TensorFlow flattens the 320 inputs in the order row, column, channel; PyTorch in the order channel, row, column.
  'fc1.weight': layout([50, 20, 4, 4], [2, 3, 1, 0], [320, 50]),
  'fc1.bias': bias(50),
  'fc2.weight': layout([10, 50], [1, 0], [50, 10]),
  'fc2.bias': bias(10),
};

/** The total number of parameters. */
export const PARAMETER_COUNT = parameterNames.reduce((sum, name) => sum + sizeOf(parameterShapes[name]), 0);

/** Shapes in TensorFlow. */
export const variableShapes = mapParameters((name) => layouts[name].variableShape);

/** The offset of each parameter when all are concatenated. */
const begins = mapParameters((_, i) =>
  parameterNames.slice(0, i).reduce((sum, name) => sum + sizeOf(parameterShapes[name]), 0),
);

/** Element i of the concatenated TensorFlow variables is element vectorOrder[i] of the concatenated PyTorch arrays. */
const vectorOrder = Uint16Array.from(
  parameterNames.flatMap((name) => Array.from(layouts[name].order, (from) => begins[name] + from)),
);

/** Concatenates all parameters, each in TensorFlow's memory order. @returns [21840] */
export function toVector(weights: Weights): Float32Array {
  const values = new Float32Array(PARAMETER_COUNT);
  for (const name of parameterNames) values.set(weights[name], begins[name]);
  const vector = new Float32Array(PARAMETER_COUNT);
  // A loop, since `Float32Array.from` takes 14 ms.
  for (let i = 0; i < PARAMETER_COUNT; i++) vector[i] = values[vectorOrder[i]!]!;
  return vector;
}

/** Views each parameter in the concatenation of all. @param values [21840], in PyTorch's order, or all in TensorFlow's */
export function split(values: Float32Array): Weights {
  return mapParameters((name) => values.subarray(begins[name], begins[name] + sizeOf(parameterShapes[name])));
}

/**
 * Copies the parameters in PyTorch's order, see `split`.
 * @param vector [21840], as returned by `toVector`
 * @param into [21840], overwritten
 * @returns whether all values are finite
 */
export function fromVector(vector: Float32Array, into: Float32Array): boolean {
  let allFinite = true;
  for (let i = 0; i < PARAMETER_COUNT; i++) {
    const value = vector[i]!;
    if (!Number.isFinite(value)) allFinite = false;
    into[vectorOrder[i]!] = value;
  }
  return allFinite;
}

export function zeroWeights(): Weights {
  return split(new Float32Array(PARAMETER_COUNT));
}

export function mapParameters<T>(make: (name: ParameterName, index: number) => T): Record<ParameterName, T> {
  return Object.fromEntries(parameterNames.map((name, i) => [name, make(name, i)])) as Record<ParameterName, T>;
}
