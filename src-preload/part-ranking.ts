/** What each part of a network is for, as sent to the window. */
import type { Model } from './recognition';
import type { NetworkParts } from './schemas';

export type Layer = keyof NetworkParts;

/** A part, and what the network reads without it. */
export interface RankedPart {
  layer: Layer;
  index: number;
  /** How many fewer test images are read correctly; less than 0 if there are more. */
  lost: number;
  /** The label that loses most, and how many of its images; null if no label loses any. */
  most: { label: number; lost: number } | null;
  /** Whether no answer to any test image depends on it, not even a probability. */
  isDead: boolean;
}

/** All parts of a network, from the one that it needs most. */
export interface PartRanking {
  /** The network that was ranked, with all parts on. */
  model: Pick<Model, 'source' | 'name' | 'step'>;
  correct: number;
  total: number;
  parts: RankedPart[];
}
