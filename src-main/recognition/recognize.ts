import type { Drawing } from '@contract/schemas';
import { CLASSES, PIXELS } from '../data/mnist';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../training/network';
import { normalize } from './normalize';
import { rasterize } from './rasterize';

export interface Recognition {
  /** null when nothing is drawn. */
  digit: number | null;
  /** Ten probabilities; all 0 when nothing is drawn. */
  probabilities: number[];
  /** What the network was shown: 28 x 28 grey values. */
  preview: Uint8Array;
}

export function recognize(network: Network | null, drawing: Drawing): Recognition {
  const preview = normalize(rasterize(drawing));
  if (preview === null || network === null) {
    return {
      digit: null,
      probabilities: Array.from({ length: CLASSES }, () => 0),
      preview: preview ?? new Uint8Array(PIXELS),
    };
  }
  const probabilities = Array.from(network.logProbabilities(preview, 1), Math.exp);
  return { digit: mostLikely(probabilities), probabilities, preview };
}
