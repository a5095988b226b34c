/** Images whose label is in doubt. They count like all others: accuracies do not change. */
import type { LabelReview } from '@contract/results';
import { BUNDLED_SHA256, CLASSES, type MnistDataset } from '../data/mnist';
import { mostLikely } from '../training/evaluate';

/**
 * Images of MNIST's test set that people reviewed because their labels looked wrong: for the first list most reviewers
 * chose another digit, for the second they did not agree on any. From C. Northcutt, A. Athalye and J. Mueller,
 * "Pervasive label errors in test sets destabilize machine learning benchmarks", 2021 (labelerrors.com).
 */
const anotherDigit = [947, 1621, 1901, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 9679, 9729];
const unclear = [2130, 8527];

/** The reviews of the dataset's test images; empty unless it is MNIST. */
export function reviewedLabels({ sha256 }: Pick<MnistDataset, 'sha256'>): { index: number; review: LabelReview }[] {
  if (sha256 !== BUNDLED_SHA256) return [];
  return [
    ...anotherDigit.map((index) => ({ index, review: 'another-digit' as const })),
    ...unclear.map((index) => ({ index, review: 'unclear' as const })),
  ];
}

/** Below this accuracy the built-in network cannot read the dataset. */
const MIN_ACCURACY = 0.9;
/** A label with a lower probability from the built-in network is in doubt. */
const MAX_PROBABILITY = 0.05;

/**
 * Finds the images whose label both networks doubt: the built-in one gives it a low probability, and the other predicts
 * another digit.
 * @param logProbabilities count x 10
 * @param builtIn the built-in network's, count x 10
 * @returns indices in ascending order; none if the built-in network cannot read the data
 */
export function doubtedLabels(logProbabilities: Float32Array, builtIn: Float32Array, labels: Uint8Array): number[] {
  const readingOf = (all: Float32Array, index: number) =>
    mostLikely(all.subarray(index * CLASSES, (index + 1) * CLASSES));
  const indices = Array.from(labels.keys());
  const right = indices.filter((index) => readingOf(builtIn, index) === labels[index]).length;
  if (right < MIN_ACCURACY * labels.length) return [];
  return indices.filter((index) => {
    const label = labels[index]!;
    return (
      Math.exp(builtIn[index * CLASSES + label]!) < MAX_PROBABILITY && readingOf(logProbabilities, index) !== label
    );
  });
}
