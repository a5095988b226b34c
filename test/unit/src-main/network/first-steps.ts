/** Trains the first step of several new networks and prints their weights. Runs in a process of its own. */
import { createHash } from 'node:crypto';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import { dropoutMasks } from '../../../../src-main/network/dropout';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { randomWords } from '../../../../src-main/network/random';

const STEPS = 8;

await loadTensorFlow();
for (const count of [64, 32]) {
  const pixels = Uint8Array.from(randomWords(count * 784, { seed: 1, purpose: 'order' }), (word) => word >>> 24);
  const labels = new Float32Array(count * 10);
  for (let i = 0; i < count; i++) labels[i * 10 + (i % 10)] = 1;
  for (let i = 0; i < STEPS; i++) {
    const network = createNetwork(initialWeights(1));
    network.trainStep({ pixels, labels, count }, dropoutMasks(count, 1, 0), { learningRate: 0.01, momentum: 0.5 });
    const hash = createHash('sha256');
    for (const values of Object.values(network.weights())) hash.update(values);
    console.log(count, hash.digest('hex'));
    network.dispose();
  }
}
