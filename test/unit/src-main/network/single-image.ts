/** Analyses, trains on and reads one image, in a process of its own, since ONEDNN_VERBOSE makes the library print. */
import { toBatch } from '../../../../src-main/data/batches';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { dropoutMasks } from '../../../../src-main/network/dropout';
import { GraphNetwork } from '../../../../src-main/network/graph/graph-network';
import { initialWeights } from '../../../../src-main/network/initial-weights';
import { zeroWeights } from '../../../../src-main/network/parameters';
import { PlainNetwork } from '../../../../src-main/network/plain/plain-network';
import { lookInside } from '../../../../src-main/recognition/insight';

const pixels = new Uint8Array(784).fill(9);
const one = { count: 1, images: pixels, labels: Uint8Array.of(7) };

await loadTensorFlow();
lookInside(initialWeights(1), pixels);
for (const Kind of [PlainNetwork, GraphNetwork]) {
  const network = new Kind(initialWeights(1), zeroWeights());
  network.trainStep(toBatch(one, [0]), dropoutMasks(1, 1, 0), { learningRate: 0.01, momentum: 0.5 });
  network.logProbabilities(pixels, 1);
}
