import type { RunConfig } from '@contract/schemas';
import { CLASSES } from '../data/mnist';

/** Before this many steps a constant loss means nothing: with the article's settings it falls after about 100. */
const MIN_STEPS = 300;

/** How many of the last reported losses are averaged. One batch's loss varies by about a tenth. */
const WINDOW = 10;

/** By then, the loss of a network that learns is below this fraction of the loss of guessing. */
const LEARNED_SHARE = 0.98;

/** A run that learns nothing has too high a learning rate if rate / (1 - momentum) exceeds this, else too low a one. */
const USUAL_RATE = 0.02;

/**
 * Detects a run that learns nothing although its loss is finite.
 * @param trainLosses as reported, oldest first
 * @param step training steps done
 * @param guessLoss see `guessLoss`
 * @returns what is wrong and what to do; null while the loss falls or it is too early to tell
 */
export function lossHint(
  trainLosses: readonly number[],
  step: number,
  { learningRate, momentum }: RunConfig,
  guessLoss: number,
): string | null {
  if (step < MIN_STEPS || trainLosses.length < WINDOW) return null;
  const mean = trainLosses.slice(-WINDOW).reduce((sum, loss) => sum + loss, 0) / WINDOW;
  if (mean < LEARNED_SHARE * guessLoss) return null;
  const isTooHigh = mean > 1.1 * guessLoss || learningRate / (1 - momentum) > USUAL_RATE;
  const advice = isTooHigh ? 'a lower' : 'a higher';
  return `The network is not learning: its loss is ${mean.toFixed(2)}, no better than guessing (${guessLoss.toFixed(2)}). Start a new run with ${advice} learning rate than ${learningRate}.`;
}

/** The mean negative log-likelihood of guessing each label as often as it occurs: ln 10 for equally common digits. */
export function guessLoss(labels: Uint8Array): number {
  const counts = new Array<number>(CLASSES).fill(0);
  for (const label of labels) counts[label]!++;
  return counts
    .filter((count) => count > 0)
    .map((count) => count / labels.length)
    .reduce((sum, share) => sum - share * Math.log(share), 0);
}
