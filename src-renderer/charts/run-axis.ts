import type { History } from '@contract/schemas';

/** What tells epochs and steps from numbers of training examples seen. */
export interface RunAxis {
  /** Training examples in an epoch. */
  epochSize: number;
  batchSize: number;
  /** Examples seen at the run's end. */
  end: number;
}

/** The first test after 0 examples is that of the first epoch. @param trainCount examples of the loaded training set */
export function epochSizeOf({ testCounter }: History, trainCount: number): number {
  return Math.max(1, testCounter.find((count) => count > 0) ?? trainCount);
}

/** Steps done after so many examples; each epoch's last batch may be a smaller one. */
export function stepsAt(examplesSeen: number, { epochSize, batchSize }: RunAxis): number {
  const epochs = Math.floor(examplesSeen / epochSize);
  return epochs * Math.ceil(epochSize / batchSize) + Math.ceil((examplesSeen - epochs * epochSize) / batchSize);
}

/** The epoch, from 1, of a batch before which so many examples were seen. */
export function epochAt(examplesSeen: number, { epochSize }: RunAxis): number {
  return Math.floor(examplesSeen / epochSize) + 1;
}
