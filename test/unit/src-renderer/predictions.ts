import type { Prediction } from '../../../src-preload/recognition';

/** The preview of a blank pad: 28 x 28 zeros. */
export const BLANK = Buffer.alloc(784).toString('base64');

export function predictionOf(digit: number): Prediction {
  return {
    digit,
    probabilities: Array.from({ length: 10 }, (_, i) => (i === digit ? 1 : 0)),
    preview: BLANK,
    frame: { x: 0, y: 0, width: 280, height: 280 },
    reason: null,
    parts: [],
    model: { source: 'bundled', name: 'built-in network', step: 0, testAccuracy: 0.99, penAccuracy: 0.97 },
  };
}
