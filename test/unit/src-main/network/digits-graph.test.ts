import { describe, expect, test } from 'vitest';
import { digitsGraph } from '../../../../src-main/network/graph/digits-graph';
import { GraphBuilder } from '../../../../src-main/network/graph/graph-builder';
import { faultsOf, nodesOf, signaturesOf } from './op-signatures';

describe.each(['2.9', '2.21'] as const)("with TensorFlow %s's operations", (version) => {
  const signatures = signaturesOf(version);

  test.each(['cpu', 'gpu'] as const)('every node of the graph for a %s fits', (processor) => {
    expect(nodesOf(digitsGraph(processor)).length).toBeGreaterThan(50);
    expect(faultsOf(digitsGraph(processor), signatures)).toEqual([]);
  });

  test('what does not fit is found', () => {
    const g = new GraphBuilder();
    const numbers = g.constant([1, 2], 'float32', [1, 2]);
    const integers = g.constant([1, 2], 'int32', [1, 2]);
    g.op('LogSoftmax', [integers], { T: { type: 'int32' } });
    g.op('Relu', [integers]);
    g.op('Neg', [numbers, numbers]);
    g.op('Softmax', [numbers], { axis: 1 });
    g.op('Pack', [numbers, numbers], { N: 2, axis: '0' });
    g.op('MaxPool', [numbers], { ksize: { list: [1, 2, 2, 1] }, padding: 'FULL' });
    g.op('Fly', [numbers]);
    g.op('Relu', [numbers, '^later']);
    expect(faultsOf(g.encode(), signatures)).toEqual([
      'LogSoftmax: T must not be int32',
      'Relu: inputs (int32) instead of (float32)',
      'Neg: inputs (float32,float32) instead of (float32)',
      'Softmax: no attribute axis',
      'Pack: axis is string, not int',
      'MaxPool: padding must not be FULL',
      'MaxPool: no strides',
      'Fly: no such operation',
      'Relu: waits for later, which comes later',
    ]);
  });
});

test('an attribute that only the newer version has is found', () => {
  const g = new GraphBuilder();
  const matrix = g.constant([1], 'float32', [1, 1]);
  g.op('MatMul', [matrix, matrix], { grad_a: true });
  expect(faultsOf(g.encode(), signaturesOf('2.21'))).toEqual([]);
  expect(faultsOf(g.encode(), signaturesOf('2.9'))).toEqual(['MatMul: no attribute grad_a']);
});

/** Why each operation gives the same result every time on a graphics card. */
const deterministic: Record<string, string[]> = {
  'It computes each value from few others, in a fixed order.': [
    ...['AddV2', 'BiasAdd', 'Cast', 'FloorDiv', 'MaxPool', 'Mul', 'Neg', 'RealDiv', 'Relu', 'ReluGrad', 'Sub'],
  ],
  'It only copies values.': [
    'ConcatV2',
    'Const',
    'Identity',
    'Placeholder',
    'Reshape',
    'Shape',
    'SplitV',
    'StridedSlice',
  ],
  'Its sums have a fixed order on one stream.': ['LogSoftmax', 'MatMul', 'Softmax', 'Sum'],
  'TF_DETERMINISTIC_OPS selects an algorithm that is (enable_op_determinism in the documentation of TensorFlow).': [
    ...['BiasAddGrad', 'Conv2D', 'Conv2DBackpropFilter', 'Conv2DBackpropInput', 'MaxPoolGrad'],
  ],
};

/** Operations that TensorFlow refuses on a graphics card, or does not run deterministically there (its RFC on determinism). */
const refused = [
  ...['SoftmaxCrossEntropyWithLogits', 'SparseSoftmaxCrossEntropyWithLogits', 'SparseTensorDenseMatMul', 'Bincount'],
  ...['DepthwiseConv2dNativeBackpropFilter', 'MaxPoolGradWithArgmax', 'FusedBatchNormGradV3', 'AdjustContrastv2'],
  ...['CropAndResizeGradImage', 'CropAndResizeGradBoxes', 'ResizeNearestNeighborGrad', 'SegmentSum', 'SegmentProd'],
  ...['UnsortedSegmentSum', 'UnsortedSegmentProd', 'ScatterNd', 'Dilation2DBackpropFilter', 'Dilation2DBackpropInput'],
];

test('the graph for a graphics card has only operations that are deterministic there', () => {
  const used = (processor: 'cpu' | 'gpu') => [...new Set(nodesOf(digitsGraph(processor)).map((node) => node.getOp()))];
  const known = Object.values(deterministic).flat();
  expect(known.filter((op) => refused.includes(op))).toEqual([]);
  expect(used('gpu').filter((op) => !known.includes(op))).toEqual([]);
  // The processor's graph would be refused.
  expect(used('cpu').filter((op) => refused.includes(op))).toEqual(['SoftmaxCrossEntropyWithLogits']);
});
