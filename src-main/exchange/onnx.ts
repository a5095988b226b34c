/**
 * The network as an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html).
 *
 * Input `images`: float32 [batch, 1, 28, 28], grey values 0 to 255, white ink on black as in MNIST; they are
 * normalised inside the graph. Output `log_probabilities`: float32 [batch, 10], natural logarithms. No dropout.
 */
import { type MessageInitShape, create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import packageJson from '../../package.json' with { type: 'json' };
import { CLASSES, SIDE } from '../data/mnist';
import { MEAN, STANDARD_DEVIATION } from '../data/batches';
import { type Weights, parameterNames, parameterShapes } from '../network/parameters';

/** Read by ONNX Runtime since 1.12 (2022). */
const OPERATOR_SET = 17n;
const IR_VERSION = 8n;

type Attribute = MessageInitShape<typeof AttributeProtoSchema>;
type Node = MessageInitShape<typeof NodeProtoSchema>;
type Tensor = MessageInitShape<typeof TensorProtoSchema>;
type ValueInfo = MessageInitShape<typeof ValueInfoProtoSchema>;

/** The bytes of the `.onnx` file. PyTorch's names, shapes and memory order are ONNX's as well. */
export function encodeOnnx(weights: Weights): Uint8Array {
  // In the two operations of the network's own graph: others round differently, which all later layers would feel.
  const constants = { scale: 1 / 255 / STANDARD_DEVIATION, offset: MEAN / STANDARD_DEVIATION };
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: [{ domain: '', version: OPERATOR_SET }],
    producerName: packageJson.productName,
    producerVersion: packageJson.version,
    docString: `Reads a handwritten digit. Input: grey values 0 to 255 of ${SIDE} x ${SIDE} pixels, white ink on black.`,
    graph: {
      name: 'digits',
      input: [floats('images', ['batch', 1, SIDE, SIDE], 'Grey values 0 to 255, white ink on black')],
      output: [floats('log_probabilities', ['batch', CLASSES], 'Natural logarithms of the ten probabilities')],
      initializer: [
        ...Object.entries(constants).map(([name, value]) => tensor(name, [], Float32Array.of(value))),
        ...parameterNames.map((name) => tensor(name, parameterShapes[name], weights[name])),
      ],
      node: chain('images', 'log_probabilities', [
        node('Mul', ['scale']),
        node('Sub', ['offset']),
        node('Conv', ['conv1.weight', 'conv1.bias']),
        node('MaxPool', [], [sizes('kernel_shape', 2, 2), sizes('strides', 2, 2)]),
        node('Relu'),
        node('Conv', ['conv2.weight', 'conv2.bias']),
        node('MaxPool', [], [sizes('kernel_shape', 2, 2), sizes('strides', 2, 2)]),
        node('Relu'),
        node('Flatten'),
        // Linear weights are [out, in].
        node('Gemm', ['fc1.weight', 'fc1.bias'], [size('transB', 1)]),
        node('Relu'),
        node('Gemm', ['fc2.weight', 'fc2.bias'], [size('transB', 1)]),
        node('LogSoftmax', [], [size('axis', 1)]),
      ]),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

interface Operation {
  opType: string;
  parameters: string[];
  attribute: Attribute[];
}

function node(opType: string, parameters: string[] = [], attribute: Attribute[] = []): Operation {
  return { opType, parameters, attribute };
}

/** Nodes of which each takes the result of the one before as its first input. */
function chain(input: string, output: string, operations: Operation[]): Node[] {
  const resultOf = (i: number) => (i === operations.length - 1 ? output : `${operations[i]!.opType}_${i}`);
  return operations.map(({ opType, parameters, attribute }, i) => ({
    name: `${opType}_${i}`,
    opType,
    input: [i === 0 ? input : resultOf(i - 1), ...parameters],
    output: [resultOf(i)],
    attribute,
  }));
}

function size(name: string, value: number): Attribute {
  return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) };
}

function sizes(name: string, ...values: number[]): Attribute {
  return { name, type: AttributeProto_AttributeType.INTS, ints: values.map(BigInt) };
}

function tensor(name: string, shape: readonly number[], values: Float32Array): Tensor {
  // Raw data is little-endian, as every machine is that Electron runs on.
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return { name, dims: shape.map(BigInt), dataType: TensorProto_DataType.FLOAT, rawData };
}

/** @param shape a name stands for any size */
function floats(name: string, shape: (number | string)[], docString: string): ValueInfo {
  const dim = shape.map((size) =>
    typeof size === 'string'
      ? { value: { case: 'dimParam', value: size } as const }
      : { value: { case: 'dimValue', value: BigInt(size) } as const },
  );
  const type = {
    value: { case: 'tensorType', value: { elemType: TensorProto_DataType.FLOAT, shape: { dim } } },
  } as const;
  return { name, docString, type };
}
