import type { Sample } from '@contract/contract';
import { toGreyImage } from '../data/grey-image';
import { type LabelledImages, PIXELS } from '../data/mnist';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../network/network';
import { permutation } from '../network/random';

const COUNT = 6;

/** @returns the indices of six test images, the same six for equal rounds */
export function pickSamples(test: LabelledImages, round: number): number[] {
  return [...permutation(test.count, { seed: round, purpose: 'samples' }).subarray(0, COUNT)];
}

/** @param network null before training, for labels without predictions */
export function samplesAt(test: LabelledImages, indices: number[], network: Network | null): Sample[] {
  return indices.map((index) => {
    const pixels = test.images.subarray(index * PIXELS, (index + 1) * PIXELS);
    const prediction = network && mostLikely(network.logProbabilities(pixels, 1));
    return { index, label: test.labels[index]!, prediction, pixels: toGreyImage(pixels) };
  });
}
