import { expect, test } from 'vitest';
import { defaultConfig } from '../../../../src-preload/schemas';
import { historyCsv } from '../../../../src-main/session/history-csv';

const set = (count: number) => ({ count, images: new Uint8Array(784 * count), labels: new Uint8Array(count) });

test('the table has a row for each number of examples seen, each with the run, its data and its settings', () => {
  const history = {
    trainCounter: [0, 640],
    trainLosses: [2.5, 2.25],
    testCounter: [0, 1000],
    testLosses: [2.3, 1.5],
    testCorrect: [1, 8],
  };
  const data = { name: 'letters, "small"', sha256: '', train: set(1000), test: set(10) };
  const constants = 'run-1,"letters, ""small""",3,64,0.01,0.5,1,false';
  expect(historyCsv({ name: 'run-1', config: defaultConfig, history }, data).split('\n')).toEqual([
    'examples_seen,train_loss,test_loss,test_accuracy,epochs_done,run,data,epochs,batch_size,learning_rate,momentum,seed,augmentation',
    `0,2.5,2.3,0.1,0,${constants}`,
    `640,2.25,,,0,${constants}`,
    `1000,,1.5,0.8,1,${constants}`,
    '',
  ]);
});
