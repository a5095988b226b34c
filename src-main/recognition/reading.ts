/** Reads ink as one digit, whatever it is of. */
import type { Frame } from '@contract/contract';
import { CLASSES, PIXELS } from '../data/mnist';
import type { Network } from '../network/network';
import { mostLikely } from '../training/evaluate';
import { type Calibration, confidenceOf, tempered } from './calibration';
import { normalize } from './normalize';
import { type Bitmap, PAD_SIDE } from './rasterize';

/** A network that answers, and how much its probabilities are worth. */
export interface Reader {
  network: Network;
  calibration: Calibration;
}

export interface Reading {
  /** null when it is no digit, or nothing. */
  digit: number | null;
  /** Ten probabilities that sum to 1; all 0 when nothing, or too little, is drawn. */
  probabilities: number[];
  /** What the network was shown: 28 x 28 grey values. */
  preview: Uint8Array;
  /** Where on the pad that is; null when nothing is drawn. */
  frame: Frame | null;
  /** What the reading is worth beside another one of the same ink. */
  confidence: number;
}

export const unanswered: Pick<Reading, 'digit' | 'probabilities'> = {
  digit: null,
  probabilities: Array.from({ length: CLASSES }, () => 0),
};

/** @param reader null while there is no network: nothing is answered then */
export function readInk(reader: Reader | null, bitmap: Bitmap): Reading {
  const normalized = normalize(bitmap);
  if (normalized === null) return { ...unanswered, confidence: 0, preview: new Uint8Array(PIXELS), frame: null };
  const shown = { preview: normalized.pixels, frame: onPad(normalized.frame, bitmap) };
  return reader === null
    ? { ...unanswered, ...shown, confidence: 0 }
    : { ...answer(reader, normalized.pixels), ...shown };
}

/** @param pixels one image as the network wants it, 28 x 28 grey values */
export function answer(
  { network, calibration }: Reader,
  pixels: Uint8Array,
): Pick<Reading, 'digit' | 'probabilities' | 'confidence'> {
  const logProbabilities = network.logProbabilities(pixels, 1);
  const confidence = confidenceOf(logProbabilities);
  return {
    confidence,
    digit: confidence >= calibration.threshold ? mostLikely(logProbabilities) : null,
    probabilities: tempered(logProbabilities, calibration.temperature),
  };
}

/** From the bitmap's pixels to pad units; the bitmap lies in the middle of the pad, as large as it fits. */
export function onPad({ x, y, width, height }: Frame, bitmap: Pick<Bitmap, 'width' | 'height'>): Frame {
  const scale = PAD_SIDE / Math.max(bitmap.width, bitmap.height);
  return {
    x: (PAD_SIDE - scale * bitmap.width) / 2 + scale * x,
    y: (PAD_SIDE - scale * bitmap.height) / 2 + scale * y,
    width: scale * width,
    height: scale * height,
  };
}
