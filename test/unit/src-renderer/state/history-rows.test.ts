import { expect, test } from 'vitest';
import { rowsOf } from '../../../../src-renderer/state/history-rows';

const history = {
  trainCounter: [0, 64, 100, 164],
  trainLosses: [2.4, 2.2, 1.9, 1.7],
  testCounter: [0, 100, 200],
  testLosses: [2.3, 1.8, 1.5],
  testCorrect: [1, 5, 8],
};
const axis = { epochSize: 100, batchSize: 64, end: 200 };

test('a test precedes the batch that starts at the same example, and follows its epochs', () => {
  expect(rowsOf(history, axis, false)).toEqual([
    { epoch: 0, examplesSeen: 0, test: 2.3, correct: 1 },
    { epoch: 1, examplesSeen: 0, train: 2.4 },
    { epoch: 1, examplesSeen: 64, train: 2.2 },
    { epoch: 1, examplesSeen: 100, test: 1.8, correct: 5 },
    { epoch: 2, examplesSeen: 100, train: 1.9 },
    { epoch: 2, examplesSeen: 164, train: 1.7 },
    { epoch: 2, examplesSeen: 200, test: 1.5, correct: 8 },
  ]);
});

test('with tests only there is one row per epoch', () => {
  expect(rowsOf(history, axis, true).map(({ epoch, test }) => [epoch, test])).toEqual([
    [0, 2.3],
    [1, 1.8],
    [2, 1.5],
  ]);
});
