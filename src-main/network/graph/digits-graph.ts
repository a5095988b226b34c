/**
 * The article's network as one TensorFlow graph: forward pass, backward pass and optimizer update, so that a step is a
 * single call to the native library. `plain/plain-network.ts` has the same step in plain TensorFlow.js with automatic
 * differentiation; a test compares the two.
 *
 * The graph is stateless. Shapes are TensorFlow's, as in `plain/plain-network.ts`; all parameters form one vector, in
 * the order of `parameterNames`.
 *
 * For a processor, two halves of the batch pass through the network in parallel. A graphics card needs no halves, and has
 * no deterministic form of one operation, which is replaced there.
 */
import type { Device } from '@contract/contract';
import { CLASSES, PIXELS, SIDE } from '../../data/mnist';
import { MEAN, STANDARD_DEVIATION } from '../../data/batches';
import { PARAMETER_COUNT, type ParameterName, parameterNames, variableShapes } from '../parameters';
import { sizeOf } from '../parameters';
import { GraphBuilder, type Value } from './graph-builder';

const KERNEL = { list: [1, 2, 2, 1] };
const POOL = { ksize: KERNEL, strides: KERNEL, padding: 'VALID' };
const CONVOLUTION = { strides: { list: [1, 1, 1, 1] }, padding: 'VALID' };

type Values<K extends string> = Record<K, Value>;
type Parameters = Values<ParameterName>;

/** The graph's `saved_model.pb`. `GraphNetwork` feeds its inputs and reads its outputs. */
export function digitsGraph(processor: Device['processor']): Uint8Array {
  const g = new GraphBuilder();
  const parameters = g.placeholder('parameters', 'float32', [PARAMETER_COUNT]);
  const momentumBuffers = g.placeholder('momentumBuffers', 'float32', [PARAMETER_COUNT]);
  const pixels = g.placeholder('pixels', 'uint8', [null, PIXELS]);
  const labels = g.placeholder('labels', 'float32', [null, CLASSES]);
  const channelMasks = g.placeholder('channel_masks', 'float32', [null, 20]);
  const unitMasks = g.placeholder('unit_masks', 'float32', [null, 50]);
  const learningRate = g.placeholder('learning_rate', 'float32', []);
  const momentum = g.placeholder('momentum', 'float32', []);

  const network = split(g, parameters);
  const batch = g.op(
    'StridedSlice',
    [
      g.op('Shape', [pixels], { T: { type: 'uint8' } }),
      g.constant([0], 'int32'),
      g.constant([1], 'int32'),
      g.constant([1], 'int32'),
    ],
    { T: { type: 'int32' }, Index: { type: 'int32' }, shrink_axis_mask: 1 },
  );
  const whole = { pixels, labels, channelMasks, unitMasks };
  const parts = processor === 'gpu' ? [whole] : halvesOf(g, batch, whole);
  const crossEntropy = processor === 'gpu' ? deterministicCrossEntropy : fastCrossEntropy;

  // loss.backward()
  const images = parts.map((part) => normalised(g, part.pixels));
  const batchSize = g.cast(batch, 'int32', 'float32');
  const passed: ReturnType<typeof lossAndGradients>[] = [];
  for (const [i, part] of parts.entries()) {
    passed.push(lossAndGradients(g, network, images[i]!, part, batchSize, crossEntropy, passed.at(-1)));
  }
  const all = (name: keyof (typeof passed)[number]) => passed.map((part) => part[name]);
  const gradients = sum(g, all('gradients'), 'gradients');
  sum(g, all('loss'), 'loss');
  // Only computed when they are asked for.
  concat(g, all('losses'), 'image_losses');
  const training = all('logits').map((logits) => g.op('LogSoftmax', [logits]));
  concat(g, training, 'training_log_probabilities');
  // optimizer.step()
  const newMomentumBuffers = g.op(
    'AddV2',
    [g.op('Mul', [momentumBuffers, momentum]), gradients],
    {},
    'new_momentum_buffers',
  );
  g.op('Sub', [parameters, g.op('Mul', [newMomentumBuffers, learningRate])], {}, 'new_parameters');

  const passes = images.map((image) => forward(g, network, image, null));
  const outputs = passes.map(({ logits }) => g.op('LogSoftmax', [logits]));
  concat(g, outputs, 'log_probabilities');
  const maps = passes.map(({ flat }) => flat);
  concat(g, maps, 'maps');
  return g.encode();
}

/** Splits the parameter vector and reshapes each part. */
function split(g: GraphBuilder, parameters: Value): Parameters {
  const sizes = parameterNames.map((name) => sizeOf(variableShapes[name]));
  const parts = g.op('SplitV', [parameters, g.constant(sizes, 'int32'), g.scalar(0, 'int32')], {
    Tlen: { type: 'int32' },
    num_split: sizes.length,
  });
  const shaped = parameterNames.map((name, i) => [name, reshape(g, `${parts}:${i}`, variableShapes[name])]);
  return Object.fromEntries(shaped) as Parameters;
}

/**
 * Splits the batch into two halves, which pass through the network in parallel: with layers this small, two threads
 * with half a batch each waste less time than two threads that share every operation.
 */
function halvesOf<K extends string>(g: GraphBuilder, batch: Value, values: Values<K>): Values<K>[] {
  const half = g.op('FloorDiv', [batch, g.scalar(2, 'int32')], { T: { type: 'int32' } });
  const rest = g.op('Sub', [batch, half], { T: { type: 'int32' } });
  const sizes = g.op('Pack', [half, rest], { T: { type: 'int32' }, N: 2 });
  const parts = Object.entries<Value>(values).map(([name, value]) => {
    const type = name === 'pixels' ? 'uint8' : 'float32';
    const attributes = { T: { type }, Tlen: { type: 'int32' }, num_split: 2 } as const;
    return [name, g.op('SplitV', [value, sizes, g.scalar(0, 'int32')], attributes)];
  });
  return [0, 1].map((i) => Object.fromEntries(parts.map(([name, part]) => [name, `${part}:${i}`])) as Values<K>);
}

/** Converts grey values [batch, 784] to the network's input [batch, 28, 28, 1]. */
function normalised(g: GraphBuilder, pixels: Value): Value {
  const values = g.cast(pixels, 'uint8', 'float32');
  const scaled = g.op('Mul', [values, g.scalar(1 / 255 / STANDARD_DEVIATION)]);
  return reshape(g, g.op('Sub', [scaled, g.scalar(MEAN / STANDARD_DEVIATION)]), [-1, SIDE, SIDE, 1]);
}

type Activations = Values<
  'conv1' | 'pool1' | 'relu1' | 'conv2' | 'pool2' | 'relu2' | 'flat' | 'relu3' | 'fc1' | 'logits'
>;

/**
 * Returns every layer's output, in the order of the article's `forward`.
 * @param masks the dropout factors; null turns dropout off
 */
function forward(
  g: GraphBuilder,
  network: Parameters,
  images: Value,
  masks: { channels: Value; units: Value } | null,
): Activations {
  // A bias is the same for all values of which pooling takes the largest, so it can follow it, where there are fewer.
  const conv1 = g.op('Conv2D', [images, network['conv1.weight']], CONVOLUTION);
  const pool1 = g.op('MaxPool', [conv1], POOL);
  const relu1 = g.op('Relu', [g.op('BiasAdd', [pool1, network['conv1.bias']])]);
  const conv2 = g.op('Conv2D', [relu1, network['conv2.weight']], CONVOLUTION);
  const pool2 = g.op('MaxPool', [conv2], POOL);
  const relu2 = g.op('Relu', [g.op('BiasAdd', [pool2, network['conv2.bias']])]);
  // Dropout2d's factors are not negative, so it can follow pooling and ReLU, where there are fewer values.
  const dropped = masks ? g.op('Mul', [relu2, masks.channels]) : relu2;
  const flat = reshape(g, dropped, [-1, 320]);
  const relu3 = g.op('Relu', [linear(g, flat, network['fc1.weight'], network['fc1.bias'])]);
  const fc1 = masks ? g.op('Mul', [relu3, masks.units]) : relu3;
  const logits = linear(g, fc1, network['fc2.weight'], network['fc2.bias']);
  return { conv1, pool1, relu1, conv2, pool2, relu2, flat, relu3, fc1, logits };
}

type CrossEntropy = (g: GraphBuilder, logits: Value, labels: Value) => Values<'losses' | 'gradient'>;

/** @returns each image's loss, and the gradient of their sum with respect to the logits */
const fastCrossEntropy: CrossEntropy = (g, logits, labels) => {
  const losses = g.op('SoftmaxCrossEntropyWithLogits', [logits, labels]);
  return { losses, gradient: `${losses}:1` };
};

/** The same for a graphics card, on which `SoftmaxCrossEntropyWithLogits` is not deterministic, and so refused. */
const deterministicCrossEntropy: CrossEntropy = (g, logits, labels) => {
  const logLikelihoods = g.op('Mul', [labels, g.op('LogSoftmax', [logits])]);
  const losses = g.op('Neg', [g.op('Sum', [logLikelihoods, g.constant([1], 'int32')], { Tidx: { type: 'int32' } })]);
  return { losses, gradient: g.op('Sub', [g.op('Softmax', [logits]), labels]) };
};

/**
 * @param other the first half's gradients, for the second half. Its convolution and pooling of the same layer must not
 *   run at the same time: when two threads create the library's code for them at once, that code is now and then wrong
 *   for the life of the process, and the gradients of conv1 with it (TensorFlow 2.21 with oneDNN, on two idle cores).
 * @returns the half's share of the batch's mean loss and of its gradient vector, the losses and outputs of its images,
 *   and the gradients on the way
 */
function lossAndGradients(
  g: GraphBuilder,
  network: Parameters,
  images: Value,
  { labels, channelMasks, unitMasks }: Values<'labels' | 'channelMasks' | 'unitMasks'>,
  batchSize: Value,
  crossEntropy: CrossEntropy,
  other?: Values<'dRelu1' | 'dConv1'>,
): Values<'loss' | 'losses' | 'logits' | 'gradients' | 'dRelu1' | 'dConv1'> {
  const masks = { channels: reshape(g, channelMasks, [-1, 1, 1, 20]), units: unitMasks };
  const { conv1, pool1, relu1, conv2, pool2, relu2, flat, relu3, fc1, logits } = forward(g, network, images, masks);
  const { losses, gradient } = crossEntropy(g, logits, labels);
  const total = g.op('Sum', [losses, g.constant([0], 'int32')], { Tidx: { type: 'int32' } });
  const loss = g.op('RealDiv', [total, batchSize]);

  // Backward pass; dX is the gradient of the loss with respect to X.
  const dLogits = g.op('RealDiv', [gradient, batchSize]);
  const dFc1 = g.op('Mul', [matMul(g, dLogits, network['fc2.weight'], { transpose_b: true }), masks.units]);
  const dLinear1 = g.op('ReluGrad', [dFc1, relu3]);
  const dFlat = matMul(g, dLinear1, network['fc1.weight'], { transpose_b: true });
  const dRelu2 = g.op('Mul', [
    g.op('Reshape', [dFlat, shapeOf(g, relu2)], { Tshape: { type: 'int32' } }),
    masks.channels,
  ]);
  const dPool2 = g.op('ReluGrad', [dRelu2, relu2]);
  const dConv2 = g.op('MaxPoolGrad', [conv2, pool2, dPool2], POOL);
  const dRelu1 = g.op(
    'Conv2DBackpropInput',
    [shapeOf(g, relu1), network['conv2.weight'], dConv2, ...after(other?.dRelu1)],
    CONVOLUTION,
  );
  const dPool1 = g.op('ReluGrad', [dRelu1, relu1]);
  const dConv1 = g.op('MaxPoolGrad', [conv1, pool1, dPool1, ...after(other?.dConv1)], POOL);
  const gradients: Parameters = {
    'conv1.weight': kernelGradient(g, images, 'conv1.weight', dConv1),
    'conv1.bias': g.op('BiasAddGrad', [dPool1]),
    'conv2.weight': kernelGradient(g, relu1, 'conv2.weight', dConv2),
    'conv2.bias': g.op('BiasAddGrad', [dPool2]),
    'fc1.weight': matMul(g, flat, dLinear1, { transpose_a: true }),
    'fc1.bias': g.op('BiasAddGrad', [dLinear1]),
    'fc2.weight': matMul(g, fc1, dLogits, { transpose_a: true }),
    'fc2.bias': g.op('BiasAddGrad', [dLogits]),
  };
  const vectors = parameterNames.map((name) => reshape(g, gradients[name], [-1]));
  return { loss, losses, logits, gradients: concat(g, vectors), dRelu1, dConv1 };
}

/** A control input: the operation waits for this value without using it. */
const after = (value: Value | undefined): Value[] => (value === undefined ? [] : [`^${value}`]);

function linear(g: GraphBuilder, x: Value, weight: Value, bias: Value): Value {
  return g.op('BiasAdd', [matMul(g, x, weight), bias]);
}

function kernelGradient(g: GraphBuilder, x: Value, name: ParameterName, dOutput: Value): Value {
  return g.op('Conv2DBackpropFilter', [x, g.constant([...variableShapes[name]], 'int32'), dOutput], CONVOLUTION);
}

function matMul(g: GraphBuilder, a: Value, b: Value, transposed: Record<string, boolean> = {}): Value {
  return g.op('MatMul', [a, b], transposed);
}

function reshape(g: GraphBuilder, x: Value, shape: readonly number[]): Value {
  return g.op('Reshape', [x, g.constant([...shape], 'int32')], { Tshape: { type: 'int32' } });
}

function shapeOf(g: GraphBuilder, x: Value): Value {
  return g.op('Shape', [x]);
}

function sum(g: GraphBuilder, values: Value[], name: string): Value {
  return values.length === 1 ? g.op('Identity', values, {}, name) : g.op('AddV2', values, {}, name);
}

function concat(g: GraphBuilder, values: Value[], name?: string): Value {
  if (values.length === 1) return g.op('Identity', values, {}, name);
  const attributes = { N: values.length, Tidx: { type: 'int32' } } as const;
  return g.op('ConcatV2', [...values, g.scalar(0, 'int32')], attributes, name);
}
