/** Explains an answer by the drawing's own ink: what the network answers without each piece of it. */
import { setImmediate } from 'node:timers/promises';
import type { PathPoint } from '@contract/pen-path';
import type { InkEffects } from '@contract/recognition';
import type { Drawing } from '@contract/schemas';
import { CLASSES, PIXELS } from '../data/mnist';
import { mostLikely } from '../training/evaluate';
import { tempered } from './calibration';
import { inkPieces } from './ink-pieces';
import { place, placementOf } from './normalize';
import { withReadablePen } from './pen-width';
import { rasterizePaths } from './rasterize';
import type { Reader } from './reading';
import { recognize } from './recognize';

/**
 * Erases one piece after the other and reads what is left. Only the ink changes: the remaining ink keeps its size, position
 * and pen, although it would be placed differently if it were the whole drawing. It yields to other work after each piece.
 * Erasing is occlusion, as in M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", 2014.
 * @param getReader called again after other work, since the network may be freed meanwhile; null ends the work
 * @returns null if there is no ink, too little, or more than one digit
 */
export async function inkEffects(getReader: () => Reader | null, drawing: Drawing): Promise<InkEffects | null> {
  const { reason } = recognize(getReader(), drawing);
  if (reason !== null && reason !== 'not-a-digit') return null;
  const pieces = inkPieces(withReadablePen(drawing));
  const ink = rasterizePaths(pieces);
  const placement = placementOf(ink);
  if (placement === null) return null;
  const inked = pieces.filter(({ erases }) => !erases);
  const images = new Uint8Array((inked.length + 1) * PIXELS);
  images.set(place(ink, placement));
  for (const [i, piece] of inked.entries()) {
    await setImmediate();
    if (getReader() === null) return null;
    const rest = pieces.filter((other) => other !== piece);
    images.set(place(rasterizePaths(rest), placement), (i + 1) * PIXELS);
  }
  const reader = getReader();
  if (reader === null) return null;
  const logProbabilities = reader.network.logProbabilities(images, inked.length + 1);
  const [whole, ...rests] = Array.from({ length: inked.length + 1 }, (_, i) =>
    logProbabilities.subarray(i * CLASSES, (i + 1) * CLASSES),
  );
  const { temperature } = reader.calibration;
  const digit = mostLikely(whole!);
  const evidence = logOdds(whole!, digit, temperature);
  return {
    digit,
    probability: tempered(whole!, temperature)[digit]!,
    pieces: inked.map(({ segments, width }, i) => ({
      points: [segments[0]!, ...segments].map((segment, j) => pointOf(segment[j === 0 ? 0 : 1])),
      width,
      digit: mostLikely(rests[i]!),
      probability: tempered(rests[i]!, temperature)[digit]!,
      evidence: evidence - logOdds(rests[i]!, digit, temperature),
    })),
  };
}

const pointOf = ([x, y]: PathPoint): [number, number] => [x, y];

/** The natural logarithm of the odds that it is this digit. Unlike the probability, it stays exact near 1. */
function logOdds(logProbabilities: Float32Array, digit: number, temperature: number): number {
  const others = logProbabilities.filter((_, i) => i !== digit);
  const largest = Math.max(...others);
  const sum = others.reduce((sum, value) => sum + Math.exp((value - largest) / temperature), 0);
  return (logProbabilities[digit]! - largest) / temperature - Math.log(sum);
}
