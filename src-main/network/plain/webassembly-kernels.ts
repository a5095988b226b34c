/**
 * Kernels that TensorFlow.js's WebAssembly backend needs to train the plain network. Its kernels for the forward pass
 * are fast; of those for the backward pass one is missing and two are slow. Here a convolution's gradients are computed
 * as convolutions, which the backend runs with XNNPACK.
 */
import * as tf from '@tensorflow/tfjs-core';

const BACKEND = 'wasm';

/** The WebAssembly backend's own methods that are used here. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
}

type Attributes = Readonly<Record<string, unknown>>;

/** Replaces the backend's own kernels. Call it once the backend is loaded. */
export function registerWebAssemblyKernels(): void {
  const kernels: Record<string, tf.KernelFunc> = {
    Conv2DBackpropFilter: ({ inputs, attrs }) => {
      requirePlainConvolution(attrs!);
      return filterGradient(inputs.x as tf.Tensor4D, inputs.dy as tf.Tensor4D);
    },
    Conv2DBackpropInput: ({ inputs, attrs }) => {
      requirePlainConvolution(attrs!);
      return inputGradient(inputs.dy as tf.Tensor4D, inputs.filter as tf.Tensor4D);
    },
    MaxPoolGrad: ({ inputs, attrs, backend }) => {
      demand(isAll(attrs!.filterSize, 2) && isAll(attrs!.strides, 2), 'windows of 2 x 2 that do not overlap');
      return poolGradient(inputs.dy!, inputs.input!, backend as unknown as WasmBackend);
    },
  };
  const own = tf.getKernelsForBackend(BACKEND).map(({ kernelName }) => kernelName);
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (own.includes(kernelName)) tf.unregisterKernel(kernelName, BACKEND);
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
}

/**
 * dFilter[i, j, in, out] is the sum over images b and positions y, x of input[b, y + i, x + j, in] * dy[b, y, x, out].
 * That is a convolution with the roles of images and channels swapped: each channel is an input that has one channel
 * per image, and dy is the kernel.
 * @param x [batch, height, width, in]
 * @param dy [batch, y, x, out]
 * @returns [height - y + 1, width - x + 1, in, out]
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor {
  return tf.tidy(() => {
    const inputs: tf.Tensor4D = tf.transpose(x, [3, 1, 2, 0]);
    const kernel: tf.Tensor4D = tf.transpose(dy, [1, 2, 0, 3]);
    return tf.transpose(tf.conv2d(inputs, kernel, 1, 'valid'), [1, 2, 0, 3]);
  });
}

/**
 * Convolves the zero-padded dy with the filter rotated by 180 degrees.
 * @param dy [batch, y, x, out]
 * @param filter [size, size, in, out]
 * @returns [batch, y + size - 1, x + size - 1, in]
 */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor {
  return tf.tidy(() => {
    const turned: tf.Tensor4D = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(dy, turned, 1, filter.shape[0] - 1);
  });
}

/**
 * Passes each window's gradient to its largest value (the first of equal ones). The backend's own kernel looks for the
 * windows of each value instead, which takes several times as long.
 * @param dy [batch, height / 2, width / 2, channels]
 * @param x the pooling's input, [batch, height, width, channels]; height and width are even
 */
function poolGradient(dy: tf.TensorInfo, x: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  demand(height % 2 === 0 && width % 2 === 0, 'an even height and width');
  const dx = backend.makeOutput(x.shape, 'float32');
  // Not earlier: allocating may have grown and moved the memory.
  const [values, gradients, into] = [x, dy, dx].map((tensor) => backend.typedArrayFromHeap(tensor)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  into.fill(0);
  const row = width * channels;
  let window = 0;
  for (let y = 0; y < batch * height; y += 2) {
    for (let column = 0; column < row; column += 2 * channels) {
      for (let channel = 0; channel < channels; channel++) {
        const first = y * row + column + channel;
        let best = first;
        if (values[first + channels]! > values[best]!) best = first + channels;
        if (values[first + row]! > values[best]!) best = first + row;
        if (values[first + row + channels]! > values[best]!) best = first + row + channels;
        into[best] = gradients[window++]!;
      }
    }
  }
  return dx;
}

/** The gradients above hold for these convolutions only. */
function requirePlainConvolution({ strides, pad, dataFormat }: Attributes): void {
  demand(isAll(strides, 1) && pad === 'valid' && dataFormat === 'NHWC', 'convolutions without strides and padding');
}

const isAll = (value: unknown, size: number) => [value].flat().every((each) => each === size);

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Error(`The WebAssembly kernels compute gradients of ${what} only.`);
}
