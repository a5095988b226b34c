/** What the window is told of a network's results on the test set. */
import type { Model } from './recognition';

export interface Interval {
  low: number;
  high: number;
}

export interface DigitResult {
  digit: number;
  /** Of the images read as this digit, the fraction that show it; null where none was read so. */
  precision: number | null;
  /** Of the images that show this digit, the fraction that were read as it; null where none shows it. */
  recall: number | null;
}

/** Answers of about the same confidence. Both fractions are null where there are none. */
export interface ReliabilityBin {
  count: number;
  /** Mean confidence. */
  confidence: number | null;
  /** The fraction that is right. */
  accuracy: number | null;
}

/** What people said who looked at a test image whose label is in doubt. */
export type LabelReview = 'another-digit' | 'unclear';

/** A network's answers to the whole test set. The lists have an entry for each image, in the set's order. */
export interface Results {
  /** As it was tested: a run that trains has done more steps since. */
  model: Model;
  /** The name of the dataset. */
  dataset: string;
  /** Identifies the dataset. */
  sha256: string;
  total: number;
  correct: number;
  /** Mean negative log-likelihood. */
  loss: number;
  /** Of the accuracy, 95 %. */
  interval: Interval;
  /** 10 x 10 counts; the row is the label, the column the prediction. */
  confusion: number[][];
  perDigit: DigitResult[];
  /** Ten bins from 0 to 1. */
  reliability: ReliabilityBin[];
  /** The mean gap between confidence and accuracy, 0 to 1. */
  calibrationError: number;
  /** A byte an image, as base64. */
  labels: string;
  /** A byte an image, as base64. */
  predictions: string;
  /** Of each prediction: float32, little-endian, as base64. */
  probabilities: string;
  /** Negative log-likelihood of each label: float32, little-endian, as base64. */
  losses: string;
  /** The images that this network and the built-in one both read as another digit than their label says. */
  doubted: number[];
  /** The images of MNIST's test set whose labels people disagree with. */
  reviewed: { index: number; review: LabelReview }[];
}
