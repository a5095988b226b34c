import type { History } from '@contract/schemas';

/**
 * Makes a history short enough to be sent. If it has more than `count` training losses, each of the result is the mean
 * of an equal part of them, at the middle of that part. Tests are kept unchanged.
 */
export function condense(history: History, count: number): History {
  const { trainLosses, trainCounter } = history;
  const { length } = trainLosses;
  if (length <= count) return structuredClone(history);
  const end = (part: number) => Math.floor((part * length) / count);
  const parts = Array.from({ length: count }, (_, i) => ({ from: end(i), to: end(i + 1) }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    ...structuredClone({ ...history, trainLosses: [], trainCounter: [] }),
    trainLosses: parts.map(({ from, to }) => mean(trainLosses.slice(from, to))),
    trainCounter: parts.map(({ from, to }) => trainCounter[Math.floor((from + to - 1) / 2)]!),
  };
}
