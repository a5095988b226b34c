import type { History, RunConfig } from '@contract/schemas';

/** The part of a run that its CSV table contains. */
export interface RunForCsv {
  name: string;
  config: RunConfig;
  history: History;
}

/** The data that it was trained on. */
export interface DataForCsv {
  name: string;
  train: { count: number };
  test: { count: number };
}

interface Values {
  train?: number;
  test?: number;
  accuracy?: number;
}

/**
 * The history as a table with a row for each number of examples seen; cells without a measurement are empty. Each row
 * also contains the run, its data and its settings, so that tables of several runs can be concatenated.
 */
export function historyCsv({ name, config, history }: RunForCsv, { name: data, train, test }: DataForCsv): string {
  const rows = new Map<number, Values>();
  const rowAt = (examplesSeen: number) => {
    const row = rows.get(examplesSeen) ?? {};
    rows.set(examplesSeen, row);
    return row;
  };
  history.trainCounter.forEach((at, i) => {
    rowAt(at).train = history.trainLosses[i]!;
  });
  history.testCounter.forEach((at, i) => {
    Object.assign(rowAt(at), { test: history.testLosses[i]!, accuracy: history.testCorrect[i]! / test.count });
  });
  const { epochs, batchSize, learningRate, momentum, seed, augmentation } = config;
  const constants = {
    run: quoted(name),
    data: quoted(data),
    epochs,
    batch_size: batchSize,
    learning_rate: learningRate,
    momentum,
    seed,
    augmentation,
  };
  const columns = ['examples_seen', 'train_loss', 'test_loss', 'test_accuracy', 'epochs_done'];
  const lines = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, { train: loss = '', test: testLoss = '', accuracy = '' }]) => {
      const epochsDone = Math.floor(at / train.count);
      return [at, loss, testLoss, accuracy, epochsDone, ...Object.values(constants)].join(',');
    });
  return [[...columns, ...Object.keys(constants)].join(','), ...lines, ''].join('\n');
}

/** Quotes a field as in RFC 4180. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
