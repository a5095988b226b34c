/** The article's log lines, verbatim. */
import type { TestReport, TrainReport } from '@contract/contract';
import type { History, RunConfig } from '@contract/schemas';

/** e.g. `Train Epoch: 1 [640/60000 (1%)]	Loss: 2.301234` */
export function trainLine(report: TrainReport, config: RunConfig, trainCount: number): string {
  const seen = report.examplesSeen - (report.epoch - 1) * trainCount;
  const batches = Math.ceil(trainCount / config.batchSize);
  const percent = (100 * (seen / config.batchSize)) / batches;
  return `Train Epoch: ${report.epoch} [${seen}/${trainCount} (${percent.toFixed(0)}%)]\tLoss: ${report.loss.toFixed(6)}`;
}

/** e.g. `Test set: Avg. loss: 0.0989, Accuracy: 9690/10000 (97%)` */
export function testLine({ loss, correct, total }: Pick<TestReport, 'loss' | 'correct' | 'total'>): string {
  const percent = (100 * correct) / total;
  return `Test set: Avg. loss: ${loss.toFixed(4)}, Accuracy: ${correct}/${total} (${percent.toFixed(0)}%)`;
}

/** All log lines of a run so far, oldest first. */
export function logOf(history: History, config: RunConfig, trainCount: number, testTotal: number): string[] {
  const train = history.trainLosses.map((loss, i) => {
    const examplesSeen = history.trainCounter[i]!;
    const epoch = Math.floor(examplesSeen / trainCount) + 1;
    // A test precedes the training loss with the same number of examples.
    return { at: examplesSeen + 0.5, line: trainLine({ epoch, step: 0, examplesSeen, loss }, config, trainCount) };
  });
  const test = history.testLosses.map((loss, i) => ({
    at: history.testCounter[i]!,
    line: testLine({ loss, correct: history.testCorrect[i]!, total: testTotal }),
  }));
  return [...train, ...test].sort((a, b) => a.at - b.at).map(({ line }) => line);
}
