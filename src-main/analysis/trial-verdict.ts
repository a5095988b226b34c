import type { TrialVerdict } from '@contract/compare';

/**
 * The 98.5th percentiles of Student's t distribution with 1 to 9 degrees of freedom. They give an interval of 97% instead
 * of the usual 95%: the test assumes normally distributed differences, which those of accuracies are only approximately,
 * and no more than one trial in twenty may claim a difference that does not exist.
 */
const T985 = [21.204949, 5.642778, 3.896046, 3.29763, 3.002875, 2.828928, 2.714573, 2.633814, 2.573804];

/** With fewer seeds, there is no verdict. */
const MIN_PAIRS = 3;

/**
 * The paired t test (Student, "The probable error of a mean", 1908). Runs with the same seed share initial weights, order
 * and masks, so the difference of a pair has far less noise than its two accuracies.
 * @param pairs accuracies of equal seeds, 0 to 1; up to ten
 * @param total test images behind each accuracy
 * @returns how much higher the second accuracy is than the first; null for fewer than three pairs
 */
export function verdictOf(pairs: readonly (readonly [number, number])[], total: number): TrialVerdict | null {
  const count = pairs.length;
  if (count < MIN_PAIRS) return null;
  const differences = pairs.map(([first, second]) => second - first);
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / count;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  // Accuracies change in steps of one image. Differences that happen to be equal must not look certain: each is known no
  // better than such a step, so its variance is at least that of a uniform distribution over a step.
  const step = 1 / total;
  const variance = Math.max(squares / (count - 1), step ** 2 / 6);
  const half = T985[count - 2]! * Math.sqrt(variance / count);
  const interval = { low: mean - half, high: mean + half };
  return { mean, interval, differs: interval.low > 0 || interval.high < 0 };
}
