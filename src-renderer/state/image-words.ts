import type { LabelReview } from '@contract/results';
import type { Results } from './results.svelte';

/** How a test image in a list is described. */
export interface ImageWords {
  /** The description, for tooltips and screen readers. */
  words: string;
  /** Whether it was misread. */
  wrong: boolean;
  /** Why its label may be wrong; null if nothing suggests that. */
  doubt: string | null;
}

const reviews: Record<LabelReview, string> = {
  'another-digit': 'most people asked read a different digit',
  unclear: 'the people asked did not agree on a digit',
};

/** "87%" */
export const roundPercent = (fraction: number): string => `${Math.round(100 * fraction)}%`;

/**
 * @param names what the classes are called
 * @param kind the first word; test images count from 0, drawings from 1
 */
export function imageWords(
  results: Results,
  names: readonly string[],
  index: number,
  kind: 'Image' | 'Drawing' = 'Image',
): ImageWords {
  const number = kind === 'Image' ? index : index + 1;
  const label = results.labels[index]!;
  const prediction = results.predictions[index]!;
  const review = results.reviewed.get(index);
  const isDoubted = results.doubted.has(index);
  const doubt =
    review === undefined ? (isDoubted ? 'the built-in network doubts the label as well' : null) : reviews[review];
  const read = `labelled ${names[label]}, read as ${names[prediction]} with ${roundPercent(results.probabilities[index]!)} confidence`;
  return {
    words: `${kind} ${number}: ${read}${doubt === null ? '' : `; ${doubt}`}`,
    wrong: label !== prediction,
    doubt,
  };
}
