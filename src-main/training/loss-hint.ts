import type { RunConfig } from '@contract/schemas';
import { CLASSES } from '../data/mnist';

/** Before so many steps a loss that does not fall says nothing: with the article's settings it falls after about 100. */
const MIN_STEPS = 300;

/** How many of the last reported losses are averaged. One batch's loss varies by about a tenth. */
const WINDOW = 10;

/** A network that learns is below this share of the loss of guessing by then. */
const LEARNED_SHARE = 0.98;

/** Above it, a run that learns nothing has too high a learning rate; by SGD with momentum m, steps are 1 / (1 - m) as long. */
const USUAL_RATE = 0.02;

/**
 * Says that a run learns nothing although its loss is a number.
 * @param trainLosses as reported, oldest first
 * @param step training steps done
 * @param guessLoss see `guessLoss`
 * @returns what is wrong and what to do; null while the loss falls, or as long as it is too early to say
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
  return `The network is learning nothing: its loss is ${mean.toFixed(2)}, and guessing gives ${guessLoss.toFixed(2)}. Start a new run with ${advice} learning rate than ${learningRate}.`;
}

/** The mean negative log-likelihood of guessing each label as often as it occurs: ln 10 for ten digits that are equally common. */
export function guessLoss(labels: Uint8Array): number {
  const counts = new Array<number>(CLASSES).fill(0);
  for (const label of labels) counts[label]!++;
  return counts
    .filter((count) => count > 0)
    .map((count) => count / labels.length)
    .reduce((sum, share) => sum - share * Math.log(share), 0);
}
