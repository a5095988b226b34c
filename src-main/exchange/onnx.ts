/**
 * The network as an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html).
 *
 * Input `images`: float32 [batch, 1, 28, 28], grey values 0 to 255, white ink on black as in MNIST; they are
 * normalised inside the graph. Output `log_probabilities`: float32 [batch, 10], natural logarithms. No dropout.
 */
import packageJson from '../../package.json' with { type: 'json' };
import { CLASSES, SIDE } from '../data/mnist';
import { MEAN, STANDARD_DEVIATION } from '../data/batches';
import { type Weights, parameterNames, parameterShapes } from '../network/parameters';
import { type Field, bytes, integer, message, text } from './protobuf';

/** Supported by ONNX Runtime since 1.12 (2022). */
const OPERATOR_SET = 17;
const IR_VERSION = 8;

/** The field numbers of the messages used here, and two enumerations (onnx.proto of ONNX 1.20). */
const MODEL = { irVersion: 1, producerName: 2, producerVersion: 3, docString: 6, graph: 7, opsetImport: 8 };
const OPERATOR_SET_ID = { domain: 1, version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, i: 3, ints: 8, type: 20 };
const ATTRIBUTE_TYPE = { int: 2, ints: 7 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const DATA_TYPE = { float: 1 };
const VALUE_INFO = { name: 1, type: 2, docString: 3 };
const TYPE = { tensorType: 1 };
const TENSOR_TYPE = { elemType: 1, shape: 2 };
const SHAPE = { dim: 1 };
const DIMENSION = { value: 1, param: 2 };

/** Encodes the `.onnx` file. ONNX has PyTorch's names, shapes and memory order. */
export function encodeOnnx(weights: Weights): Uint8Array {
  // The same two operations as in the network's own graph: others round differently, which affects all later layers.
  const constants = { scale: 1 / 255 / STANDARD_DEVIATION, offset: MEAN / STANDARD_DEVIATION };
  const nodes = chain('images', 'log_probabilities', [
    operation('Mul', ['scale']),
    operation('Sub', ['offset']),
    operation('Conv', ['conv1.weight', 'conv1.bias']),
    operation('MaxPool', [], [sizes('kernel_shape', 2, 2), sizes('strides', 2, 2)]),
    operation('Relu'),
    operation('Conv', ['conv2.weight', 'conv2.bias']),
    operation('MaxPool', [], [sizes('kernel_shape', 2, 2), sizes('strides', 2, 2)]),
    operation('Relu'),
    operation('Flatten'),
    // Linear weights are [out, in].
    operation('Gemm', ['fc1.weight', 'fc1.bias'], [size('transB', 1)]),
    operation('Relu'),
    operation('Gemm', ['fc2.weight', 'fc2.bias'], [size('transB', 1)]),
    operation('LogSoftmax', [], [size('axis', 1)]),
  ]);
  const tensors = [
    ...Object.entries(constants).map(([name, value]) => tensor(name, [], Float32Array.of(value))),
    ...parameterNames.map((name) => tensor(name, parameterShapes[name], weights[name])),
  ];
  const images = floats('images', ['batch', 1, SIDE, SIDE], 'Grey values 0 to 255, white ink on black');
  const results = floats('log_probabilities', ['batch', CLASSES], 'Natural logarithms of the ten probabilities');
  const purpose = `Reads a handwritten digit. Input: grey values 0 to 255 of ${SIDE} x ${SIDE} pixels, white ink on black.`;
  return Buffer.concat([
    integer(MODEL.irVersion, IR_VERSION),
    text(MODEL.producerName, packageJson.productName),
    text(MODEL.producerVersion, packageJson.version),
    text(MODEL.docString, purpose),
    message(
      MODEL.graph,
      ...nodes.map((fields) => message(GRAPH.node, ...fields)),
      text(GRAPH.name, 'digits'),
      ...tensors.map((fields) => message(GRAPH.initializer, ...fields)),
      message(GRAPH.input, ...images),
      message(GRAPH.output, ...results),
    ),
    // The domain of ONNX's own operators is the empty one.
    message(MODEL.opsetImport, text(OPERATOR_SET_ID.domain, ''), integer(OPERATOR_SET_ID.version, OPERATOR_SET)),
  ]);
}

interface Operation {
  opType: string;
  parameters: string[];
  attributes: Field[][];
}

function operation(opType: string, parameters: string[] = [], attributes: Field[][] = []): Operation {
  return { opType, parameters, attributes };
}

/** A chain of nodes, each with its predecessor's output as first input. */
function chain(input: string, output: string, operations: Operation[]): Field[][] {
  const resultOf = (i: number) => (i === operations.length - 1 ? output : `${operations[i]!.opType}_${i}`);
  return operations.map(({ opType, parameters, attributes }, i) => [
    ...[i === 0 ? input : resultOf(i - 1), ...parameters].map((name) => text(NODE.input, name)),
    text(NODE.output, resultOf(i)),
    text(NODE.name, `${opType}_${i}`),
    text(NODE.opType, opType),
    ...attributes.map((fields) => message(NODE.attribute, ...fields)),
  ]);
}

function size(name: string, value: number): Field[] {
  return [text(ATTRIBUTE.name, name), integer(ATTRIBUTE.i, value), integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.int)];
}

function sizes(name: string, ...values: number[]): Field[] {
  return [
    text(ATTRIBUTE.name, name),
    ...values.map((value) => integer(ATTRIBUTE.ints, value)),
    integer(ATTRIBUTE.type, ATTRIBUTE_TYPE.ints),
  ];
}

function tensor(name: string, shape: readonly number[], values: Float32Array): Field[] {
  return [
    ...shape.map((length) => integer(TENSOR.dims, length)),
    integer(TENSOR.dataType, DATA_TYPE.float),
    text(TENSOR.name, name),
    // Raw data is little-endian, like every machine that Electron supports.
    bytes(TENSOR.rawData, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}

/** @param shape a name stands for any size */
function floats(name: string, shape: (number | string)[], docString: string): Field[] {
  const dimensions = shape.map((length) =>
    message(SHAPE.dim, typeof length === 'string' ? text(DIMENSION.param, length) : integer(DIMENSION.value, length)),
  );
  const tensorType = [integer(TENSOR_TYPE.elemType, DATA_TYPE.float), message(TENSOR_TYPE.shape, ...dimensions)];
  return [
    text(VALUE_INFO.name, name),
    message(VALUE_INFO.type, message(TYPE.tensorType, ...tensorType)),
    text(VALUE_INFO.docString, docString),
  ];
}
