/** A network's results on the test set or on a person's drawings, as sent to the window. */
import type { LabelledDrawing, Model } from './recognition';
import type { NetworkParts } from './schemas';

export interface Interval {
  low: number;
  high: number;
}

export interface DigitResult {
  digit: number;
  /** The fraction of images read as this digit that show it; null if none was read as this digit. */
  precision: number | null;
  /** The fraction of images showing this digit that were read as it; null if none shows it. */
  recall: number | null;
}

/** Answers of similar confidence. Both fractions are null if there are none. */
export interface ReliabilityBin {
  count: number;
  /** Mean confidence. */
  confidence: number | null;
  /** The fraction of correct answers. */
  accuracy: number | null;
}

/** The verdict of people who reviewed a test image with a doubtful label. */
export type LabelReview = 'another-digit' | 'unclear';

/** A network's answers for the whole test set. The lists have an entry for each image, in the set's order. */
export interface Results {
  /** The model when it was tested: a run in training has done more steps since. */
  model: Model;
  /** The parts of the model that were switched off. */
  switchedOff: NetworkParts;
  /** The name of the dataset. */
  dataset: string;
  /** Identifies the dataset. */
  sha256: string;
  total: number;
  correct: number;
  /** Mean negative log-likelihood. */
  loss: number;
  /** The 95% confidence interval of the accuracy. */
  interval: Interval;
  /** 10 x 10 counts; the row is the label, the column the prediction. */
  confusion: number[][];
  perDigit: DigitResult[];
  /** Ten bins from 0 to 1. */
  reliability: ReliabilityBin[];
  /** The mean gap between confidence and accuracy, 0 to 1. */
  calibrationError: number;
  /** One byte per image, as base64. */
  labels: string;
  /** One byte per image, as base64. */
  predictions: string;
  /** The probability of each prediction: float32, little-endian, as base64. */
  probabilities: string;
  /** Negative log-likelihood of each label: float32, little-endian, as base64. */
  losses: string;
  /** The images that both this network and the built-in one read as a digit other than their label. */
  doubted: number[];
  /** The images of MNIST's test set whose labels people disputed. */
  reviewed: { index: number; review: LabelReview }[];
}

/** A network's answers for the drawings that a person saved; the results are in their order. */
export interface DrawingResults {
  results: Results;
  drawings: LabelledDrawing[];
}
