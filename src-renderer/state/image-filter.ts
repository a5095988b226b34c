import type { LabelReview } from '@contract/results';

/** Selects the images of the test set that are listed. */
export type Filter =
  | { kind: 'mistakes' }
  | { kind: 'unsure' }
  | { kind: 'doubtful' }
  /** Images with this label that are read as another digit. */
  | { kind: 'label'; label: number }
  /** Images read as this digit that have another label. */
  | { kind: 'prediction'; prediction: number }
  | { kind: 'cell'; label: number; prediction: number };

/** One value for each image of the test set. */
export interface Answers {
  labels: Uint8Array;
  predictions: Uint8Array;
  /** The probabilities of the predictions. */
  probabilities: Float32Array;
  losses: Float32Array;
  /** Images whose labels may be wrong. */
  doubted: ReadonlySet<number>;
  reviewed: ReadonlyMap<number, LabelReview>;
}

/** @returns indices, with the highest loss or the least certain answer first */
export function filterImages(answers: Answers, filter: Filter): number[] {
  const { probabilities, losses } = answers;
  const worstFirst = (a: number, b: number) => losses[b]! - losses[a]! || a - b;
  const leastSureFirst = (a: number, b: number) => probabilities[a]! - probabilities[b]! || a - b;
  return Array.from(answers.labels.keys())
    .filter((index) => isListed(answers, filter, index))
    .sort(filter.kind === 'unsure' ? leastSureFirst : worstFirst);
}

function isListed(answers: Answers, filter: Filter, index: number): boolean {
  const label = answers.labels[index];
  const prediction = answers.predictions[index];
  switch (filter.kind) {
    case 'mistakes':
      return label !== prediction;
    case 'unsure':
      return true;
    case 'doubtful':
      return answers.doubted.has(index) || answers.reviewed.has(index);
    case 'label':
      return label === filter.label && label !== prediction;
    case 'prediction':
      return prediction === filter.prediction && label !== prediction;
    case 'cell':
      return label === filter.label && prediction === filter.prediction;
  }
}
