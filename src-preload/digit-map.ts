/** What the map of the digits is made of, as sent to the window. */
import type { Model } from './recognition';

/** The number of hidden units, which are an image's coordinates before it is projected. */
export const UNIT_COUNT = 50;

/** A sample of the test images, spread evenly, as a network sees them. The lists have an entry for each image. */
export interface MapData {
  model: Pick<Model, 'source' | 'name' | 'step'>;
  /** Identifies the dataset. */
  sha256: string;
  /** Indices in the test set. */
  indices: number[];
  /** One byte per image, as base64. */
  labels: string;
  /** One byte per image, as base64. */
  predictions: string;
  /** The probability of each prediction: float32, little-endian, as base64. */
  probabilities: string;
  /**
   * The hidden layer's 50 units, image by image, as base64: one byte for each, so that a playback can send them many times
   * a second. 255 stands for the largest one.
   */
  units: string;
  /** A byte times this is the unit's value, rounded to a multiple of this. */
  unitScale: number;
}
