/** Reads ink as a single digit. */
import type { Frame } from '@contract/recognition';
import { CLASSES, PIXELS, SIDE } from '../data/mnist';
import type { Network } from '../network/network';
import { mostLikely } from '../training/evaluate';
import { type Calibration, confidenceOf, tempered } from './calibration';
import { normalize } from './normalize';
import { type Bitmap, PAD_SIDE } from './rasterize';

/** A network and the calibration of its probabilities. */
export interface Reader {
  network: Network;
  calibration: Calibration;
}

export interface Reading {
  /** null if it is not a digit, or nothing is drawn. */
  digit: number | null;
  /** Ten probabilities that sum to 1; all 0 if nothing, or too little, is drawn. */
  probabilities: number[];
  /** The network's input: 28 x 28 grey values. */
  preview: Uint8Array;
  /** The area of the pad that it covers; null if nothing is drawn. */
  frame: Frame | null;
  /** Ranks different readings of the same ink. */
  confidence: number;
}

export const unanswered: Pick<Reading, 'digit' | 'probabilities'> = {
  digit: null,
  probabilities: Array.from({ length: CLASSES }, () => 0),
};

/**
 * @param reader null while there is no network, which gives no answer
 * @param read `answer` or `carefulAnswer`
 */
export function readInk(reader: Reader | null, bitmap: Bitmap, read = answer): Reading {
  const normalized = normalize(bitmap);
  if (normalized === null) return { ...unanswered, confidence: 0, preview: new Uint8Array(PIXELS), frame: null };
  const shown = { preview: normalized.pixels, frame: onPad(normalized.frame, bitmap) };
  return reader === null
    ? { ...unanswered, ...shown, confidence: 0 }
    : { ...read(reader, normalized.pixels), ...shown };
}

type Answer = Pick<Reading, 'digit' | 'probabilities' | 'confidence'>;

/** @param pixels one normalised image, 28 x 28 grey values */
export function answer(reader: Reader, pixels: Uint8Array): Answer {
  return answerOf(reader, reader.network.logProbabilities(pixels, 1));
}

/** In pixels, right and down. */
const SHIFTS = [
  [0, 0],
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/**
 * Reads the image and its copies shifted by a pixel in each direction, and averages the logarithms. This reads 99.22%
 * instead of 99.08% of 5,000 MNIST images correctly, and 99.13% instead of 98.80% of 1,500 digits written with a pen.
 * @param pixels see `answer`
 */
export function carefulAnswer(reader: Reader, pixels: Uint8Array): Answer {
  const images = new Uint8Array(SHIFTS.length * PIXELS);
  SHIFTS.forEach(([right, down], i) => images.set(moved(pixels, right, down), i * PIXELS));
  const all = reader.network.logProbabilities(images, SHIFTS.length);
  const mean = new Float32Array(CLASSES);
  all.forEach((value, i) => (mean[i % CLASSES]! += value / SHIFTS.length));
  return answerOf(reader, mean);
}

/** @param logProbabilities ten, of one image */
export function answerOf({ calibration }: Reader, logProbabilities: Float32Array): Answer {
  const confidence = confidenceOf(logProbabilities);
  return {
    confidence,
    digit: confidence >= calibration.threshold ? mostLikely(logProbabilities) : null,
    probabilities: tempered(logProbabilities, calibration.temperature),
  };
}

/** @returns the shifted image; its digit must have a margin of at least two pixels */
function moved(pixels: Uint8Array, right: number, down: number): Uint8Array {
  const by = down * SIDE + right;
  const result = new Uint8Array(PIXELS);
  for (let at = Math.max(0, by); at < Math.min(PIXELS, PIXELS + by); at++) result[at] = pixels[at - by]!;
  return result;
}

/** Converts the bitmap's pixels to pad units; the bitmap is centred on the pad and as large as fits. */
export function onPad({ x, y, width, height }: Frame, bitmap: Pick<Bitmap, 'width' | 'height'>): Frame {
  const scale = PAD_SIDE / Math.max(bitmap.width, bitmap.height);
  return {
    x: (PAD_SIDE - scale * bitmap.width) / 2 + scale * x,
    y: (PAD_SIDE - scale * bitmap.height) / 2 + scale * y,
    width: scale * width,
    height: scale * height,
  };
}
