/** Trains on and reads one image, in a process of its own, since ONEDNN_VERBOSE makes the library print. */
import { toBatch } from '../../../../src-main/data/batches';
import { loadTensorFlow } from '../../../../src-main/engine/tensorflow';
import { createNetwork } from '../../../../src-main/network/create-network';
import { dropoutMasks } from '../../../../src-main/network/dropout';
import { initialWeights } from '../../../../src-main/network/initial-weights';

const pixels = new Uint8Array(784).fill(9);
const one = { count: 1, images: pixels, labels: Uint8Array.of(7) };

await loadTensorFlow();
const network = createNetwork(initialWeights(1));
network.trainStep(toBatch(one, [0]), dropoutMasks(1, 1, 0), { learningRate: 0.01, momentum: 0.5 });
network.passes(toBatch(one, [0]), dropoutMasks(1, 1, 0));
network.logProbabilities(pixels, 1);
network.maps(pixels, 1);
