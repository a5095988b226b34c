import type { LabelReview } from '@contract/results';

/** Which images of the test set are listed. */
export type Filter =
  | { kind: 'mistakes' }
  | { kind: 'unsure' }
  | { kind: 'doubtful' }
  /** Of one label: those that are read as another digit. */
  | { kind: 'label'; label: number }
  /** Read as this digit, though labelled otherwise. */
  | { kind: 'prediction'; prediction: number }
  | { kind: 'cell'; label: number; prediction: number };

/** One value for each image of the test set. */
export interface Answers {
  labels: Uint8Array;
  predictions: Uint8Array;
  /** Of the predictions. */
  probabilities: Float32Array;
  losses: Float32Array;
  /** Images whose labels may be wrong. */
  doubted: ReadonlySet<number>;
  reviewed: ReadonlyMap<number, LabelReview>;
}

/**
 * @returns indices: the worst mistakes first (those with the highest loss), the least sure answers first, and images
 * that are read right with the surest first
 */
export function filterImages(answers: Answers, filter: Filter): number[] {
  const { labels, predictions, probabilities, losses, doubted, reviewed } = answers;
  const indices = Array.from(labels.keys());
  const isWrong = (index: number) => labels[index] !== predictions[index];
  const worstFirst = (a: number, b: number) => losses[b]! - losses[a]! || a - b;
  const leastSureFirst = (a: number, b: number) => probabilities[a]! - probabilities[b]! || a - b;
  switch (filter.kind) {
    case 'mistakes':
      return indices.filter(isWrong).sort(worstFirst);
    case 'unsure':
      return indices.sort(leastSureFirst);
    case 'doubtful':
      return indices.filter((index) => doubted.has(index) || reviewed.has(index)).sort(worstFirst);
    case 'label':
      return indices.filter((index) => labels[index] === filter.label && isWrong(index)).sort(worstFirst);
    case 'prediction':
      return indices.filter((index) => predictions[index] === filter.prediction && isWrong(index)).sort(worstFirst);
    case 'cell': {
      const { label, prediction } = filter;
      const inCell = indices.filter((index) => labels[index] === label && predictions[index] === prediction);
      return inCell.sort(label === prediction ? (a, b) => worstFirst(b, a) : worstFirst);
    }
  }
}
