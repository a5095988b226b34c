import type { History } from '@contract/schemas';
import { type RunAxis, epochAt } from '../charts/run-axis';

/** A row of the table of losses: a reported training loss, or a test. */
export interface HistoryRow {
  /** For a test the number of epochs done, for a loss the epoch of its batch. */
  epoch: number;
  examplesSeen: number;
  train?: number;
  test?: number;
  correct?: number;
}

/** Rows are oldest first. A test at n examples precedes the batch that starts at n. */
export function rowsOf(history: History, axis: RunAxis, testsOnly: boolean): HistoryRow[] {
  const { trainCounter, trainLosses, testCounter, testLosses, testCorrect } = history;
  const rows: HistoryRow[] = [];
  let next = 0;
  const addTests = (until: number) => {
    for (; (testCounter[next] ?? Infinity) <= until; next++) {
      const examplesSeen = testCounter[next]!;
      const epoch = examplesSeen / axis.epochSize;
      rows.push({ epoch, examplesSeen, test: testLosses[next]!, correct: testCorrect[next]! });
    }
  };
  if (!testsOnly) {
    trainCounter.forEach((examplesSeen, i) => {
      addTests(examplesSeen);
      rows.push({ epoch: epochAt(examplesSeen, axis), examplesSeen, train: trainLosses[i]! });
    });
  }
  addTests(Number.MAX_SAFE_INTEGER);
  return rows;
}
