/** Evaluates a network's predictions for a set of labelled images. */
import type { DigitResult, Interval, ReliabilityBin } from '@contract/results';
import { CLASSES } from '../data/mnist';
import { mostLikely } from '../training/evaluate';

interface Mistake {
  /** The image's index in its set, from 0. */
  index: number;
  label: number;
  prediction: number;
  /** The probability of the prediction. */
  probability: number;
  /** Negative log-likelihood of the label. */
  loss: number;
}

export interface Results {
  /** 10 x 10 counts; the row is the label, the column the prediction. */
  confusion: number[][];
  perDigit: DigitResult[];
  /** Highest loss first. */
  mistakes: Mistake[];
}

/** @param logProbabilities count x 10, one row per label */
export function resultsOf(logProbabilities: Float32Array, labels: Uint8Array): Results {
  const confusion = Array.from({ length: CLASSES }, () => Array<number>(CLASSES).fill(0));
  const mistakes: Mistake[] = [];
  labels.forEach((label, index) => {
    const row = logProbabilities.subarray(index * CLASSES, (index + 1) * CLASSES);
    const prediction = mostLikely(row);
    confusion[label]![prediction]!++;
    if (prediction === label) return;
    mistakes.push({ index, label, prediction, probability: Math.exp(row[prediction]!), loss: -row[label]! });
  });
  mistakes.sort((a, b) => b.loss - a.loss || a.index - b.index);
  return { confusion, perDigit: confusion.map((_, digit) => digitResult(confusion, digit)), mistakes };
}

function digitResult(confusion: number[][], digit: number): DigitResult {
  const right = confusion[digit]![digit]!;
  const shown = sum(confusion[digit]!);
  const read = sum(confusion.map((row) => row[digit]!));
  return { digit, precision: read === 0 ? null : right / read, recall: shown === 0 ? null : right / shown };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** The 97.5th percentile of the normal distribution. */
const Z95 = 1.959963984540054;

/**
 * The 95% confidence interval of a proportion, 0 to 1: E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", 1927.
 * @param total more than 0
 */
export function wilsonInterval(correct: number, total: number): Interval {
  const share = correct / total;
  const z2 = (Z95 * Z95) / total;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z95 * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total))) / (1 + z2);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const BINS = 10;

/**
 * Compares confidence with accuracy in ten bins of equal width: predictions with 90% should be right nine times in ten
 * (C. Guo et al., "On calibration of modern neural networks", 2017).
 * @param confidences of the predictions, 0 to 1
 * @param isRight whether each prediction was right
 * @returns the bins, and the mean gap between confidence and accuracy (the expected calibration error)
 */
export function reliabilityOf(
  confidences: ArrayLike<number>,
  isRight: (index: number) => boolean,
): { bins: ReliabilityBin[]; error: number } {
  const sums = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const bin = sums[Math.min(BINS - 1, Math.floor(confidences[i]! * BINS))]!;
    bin.count++;
    bin.confidence += confidences[i]!;
    if (isRight(i)) bin.right++;
  }
  const bins = sums.map(({ count, confidence, right }) => ({
    count,
    confidence: count === 0 ? null : confidence / count,
    accuracy: count === 0 ? null : right / count,
  }));
  const error = sums.reduce((gap, { confidence, right }) => gap + Math.abs(confidence - right), 0) / confidences.length;
  return { bins, error };
}
