/** Converts between numbers of training examples seen and epochs or steps. */
export interface RunAxis {
  /** Training examples in an epoch. */
  epochSize: number;
  batchSize: number;
  /** Examples seen at the run's end. */
  end: number;
}

/** The number of steps done after this many examples; an epoch's last batch may be smaller. */
export function stepsAt(examplesSeen: number, { epochSize, batchSize }: RunAxis): number {
  const epochs = Math.floor(examplesSeen / epochSize);
  return epochs * Math.ceil(epochSize / batchSize) + Math.ceil((examplesSeen - epochs * epochSize) / batchSize);
}

/** The number of examples seen after this many steps, the opposite of `stepsAt`. */
export function examplesAt(step: number, { epochSize, batchSize }: RunAxis): number {
  const stepsPerEpoch = Math.ceil(epochSize / batchSize);
  return Math.floor(step / stepsPerEpoch) * epochSize + (step % stepsPerEpoch) * batchSize;
}

/** The epoch, from 1, of the batch that follows this many examples. */
export function epochAt(examplesSeen: number, { epochSize }: RunAxis): number {
  return Math.floor(examplesSeen / epochSize) + 1;
}

/** Epochs that a long run's x axis shows at first. */
const FIRST_EPOCHS = 5;

/**
 * The end of the x axis in examples seen: the run's end, or for a run in its first epochs 5, 10, 20, 40 … epochs. On an
 * axis of all its epochs, the beginning of a long run would be a few pixels wide.
 */
export function shownEnd(examplesSeen: number, { epochSize, end }: RunAxis): number {
  let shown = FIRST_EPOCHS * epochSize;
  while (shown < examplesSeen) shown *= 2;
  return Math.min(shown, Math.max(end, examplesSeen));
}
