/** What a network gets right and wrong on a set of labelled images. */
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import type { Network } from '../network/network';
import { mostLikely } from '../training/evaluate';

export interface DigitResult {
  digit: number;
  /** Of the images read as this digit, the fraction that show it; null where none was read so. */
  precision: number | null;
  /** Of the images that show this digit, the fraction that were read as it; null where none shows it. */
  recall: number | null;
}

export interface Mistake {
  /** Of the image in its set, from 0. */
  index: number;
  label: number;
  prediction: number;
  /** What the network gave the prediction. */
  probability: number;
  /** Negative log-likelihood of the label. */
  loss: number;
}

export interface Results {
  /** 10 x 10 counts; the row is the label, the column the prediction. */
  confusion: number[][];
  perDigit: DigitResult[];
  /** Those with the highest loss first. */
  mistakes: Mistake[];
}

/** @returns count x 10 log-probabilities, dropout off */
export function logProbabilitiesOf(network: Network, set: LabelledImages, batchSize: number): Float32Array {
  const result = new Float32Array(set.count * CLASSES);
  for (let start = 0; start < set.count; start += batchSize) {
    const end = Math.min(start + batchSize, set.count);
    const pixels = set.images.subarray(start * PIXELS, end * PIXELS);
    result.set(network.logProbabilities(pixels, end - start), start * CLASSES);
  }
  return result;
}

/** @param logProbabilities count x 10, a row for each label */
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
