import type { History } from '@contract/schemas';

/** The history as a table, a row for each number of examples seen; empty cells where nothing was measured. */
export function historyCsv(history: History, testTotal: number): string {
  const rows = new Map<number, { train?: number; test?: number; accuracy?: number }>();
  const rowAt = (examplesSeen: number) => {
    const row = rows.get(examplesSeen) ?? {};
    rows.set(examplesSeen, row);
    return row;
  };
  history.trainCounter.forEach((at, i) => {
    rowAt(at).train = history.trainLosses[i]!;
  });
  history.testCounter.forEach((at, i) => {
    Object.assign(rowAt(at), { test: history.testLosses[i]!, accuracy: history.testCorrect[i]! / testTotal });
  });
  const lines = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, { train = '', test = '', accuracy = '' }]) => [at, train, test, accuracy].join(','));
  return ['examples_seen,train_loss,test_loss,test_accuracy', ...lines, ''].join('\n');
}
