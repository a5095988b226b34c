import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../../../src-main/data/load';
import type { MnistDataset } from '../../../../src-main/data/mnist';
import { loadNativeBinding } from '../../../../src-main/engine/native-library';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { type Batch, toBatch } from '../../../../src-main/data/batches';
import { type DropoutMasks, dropoutMasks } from '../../../../src-main/network/dropout';
import { digitsGraph } from '../../../../src-main/network/graph/digits-graph';
import { GraphNetwork, sharedSession } from '../../../../src-main/network/graph/graph-network';
import { GraphSession } from '../../../../src-main/network/graph/graph-session';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { toVector, zeroWeights } from '../../../../src-main/network/parameters';
import { PlainNetwork } from '../../../../src-main/network/plain/plain-network';
import { largestDifference } from '../exchange/exported';

let data: MnistDataset;
let sessions: GraphSession[];

beforeAll(async () => {
  expect(await loadTensorFlow()).toMatchObject({ backend: 'tensorflow' });
  const binding = loadNativeBinding();
  // The graph for graphics cards runs on a processor as well.
  sessions = [sharedSession(binding), new GraphSession(digitsGraph('gpu'), binding)];
  // Computes the reference.
  expect(await loadTensorFlow('wasm')).toMatchObject({ backend: 'wasm' });
  data = await loadDataset(null);
});

function expectSamePasses(graph: GraphNetwork, plain: PlainNetwork, batch: Batch, masks: DropoutMasks): void {
  const [ours, reference] = [graph.passes(batch, masks), plain.passes(batch, masks)];
  expect(Math.abs(ours.loss - reference.loss)).toBeLessThan(1e-5);
  expect(largestDifference(ours.losses, reference.losses)).toBeLessThan(1e-5);
  expect(largestDifference(ours.logProbabilities, reference.logProbabilities)).toBeLessThan(1e-5);
  expect(largestDifference(toVector(ours.gradients), toVector(reference.gradients))).toBeLessThan(1e-5);
}

test.each([64, 65, 3, 2, 1])('batches of %i train as with automatic gradients, including dropout', (count) => {
  const beginning = [initialWeights(1), zeroWeights()] as const;
  const plain = new PlainNetwork(...beginning);
  const graphs = sessions.map((session) => new GraphNetwork(...beginning, session));
  const hyperparameters = { learningRate: 0.01, momentum: 0.5 };
  for (let step = 0; step < 10; step++) {
    const indices = Array.from({ length: count }, (_, i) => step * count + i);
    const [batch, masks] = [toBatch(data.train, indices), dropoutMasks(count, 1, step)];
    for (const graph of graphs) expectSamePasses(graph, plain, batch, masks);
    const reference = plain.trainStep(batch, masks, hyperparameters);
    for (const graph of graphs) {
      expect(Math.abs(graph.trainStep(batch, masks, hyperparameters) - reference)).toBeLessThan(1e-5);
      expect(largestDifference(toVector(graph.momentumBuffers()), toVector(plain.momentumBuffers()))).toBeLessThan(
        1e-5,
      );
    }
  }
  const pixels = data.test.images.subarray(0, count * 784);
  const answers = plain.logProbabilities(pixels, count);
  for (const graph of graphs) {
    expect(largestDifference(toVector(graph.weights()), toVector(plain.weights()))).toBeLessThan(1e-5);
    expect(largestDifference(graph.logProbabilities(pixels, count), answers)).toBeLessThan(1e-5);
  }
});
