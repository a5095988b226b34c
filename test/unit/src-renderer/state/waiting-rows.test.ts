import { expect, test } from 'vitest';
import type { QueuedRun } from '../../../../src-preload/contract';
import type { TrialPart } from '../../../../src-preload/queue';
import { defaultConfig } from '../../../../src-preload/schemas';
import { firstRows, trialWords, waitingRows } from '../../../../src-renderer/state/waiting-rows';

const run = (id: string, more: Partial<QueuedRun> = {}): QueuedRun => ({
  ...{ id, name: '', config: defaultConfig, origin: null, dataset: 'MNIST', trial: null, problem: null },
  missingData: null,
  ...more,
});
const trial = (side: 0 | 1): TrialPart => ({ id: 't', setting: 'learningRate', values: [0.01, 0.02], seeds: 3, side });

test('a waiting run is described by its differences from the article, and a trial has one row', () => {
  const config = { ...defaultConfig, learningRate: 0.02, momentum: 0.9 };
  const rows = waitingRows([
    run('a'),
    run('b', {
      config,
      origin: { run: 'run-1', step: 1480 },
      dataset: 'fashion',
      missingData: { sha256: 'f'.repeat(64), remedy: null },
    }),
    run('c', { trial: trial(0) }),
    run('d', { trial: trial(1), problem: 'It waits until fashion is loaded.' }),
    run('e', { name: 'Mine' }),
  ]);
  expect(rows.map(({ ids, title, details, problem }) => [ids.join(), title, details, problem])).toEqual([
    ['a', 'The article’s settings', '', null],
    ['b', 'Learning rate 0.02', 'momentum 0.9 · from run-1, step 1,480 · fashion', null],
    ['c,d', 'Trial: learning rate 0.01 or 0.02', '2\u00a0runs left', 'It waits until fashion is loaded.'],
    ['e', 'Mine', '', null],
  ]);
  expect(rows.map(({ missing }) => missing)).toEqual([null, { id: 'b', dataset: 'fashion' }, null, null]);
});

test('of many rows the next three are shown, and those that could not be started', () => {
  const shown = (...runs: QueuedRun[]) => firstRows(waitingRows(runs)).map(({ ids: [id] }) => id);
  const failing = (id: string) => run(id, { problem: 'Its data is not loaded.' });
  expect(shown()).toEqual([]);
  expect(shown(run('a'), run('b'), run('c'), run('d'))).toEqual(['a', 'b', 'c', 'd']);
  expect(shown(run('a'), run('b'), run('c'), run('d'), run('e'))).toEqual(['a', 'b', 'c']);
  expect(shown(run('a'), run('b'), run('c'), run('d'), failing('e'), run('f'))).toEqual(['a', 'b', 'c', 'e']);
  expect(shown(run('a'), run('b'), run('c'), run('d'), failing('e'))).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a trial is described in words', () => {
  expect(trialWords({ setting: 'augmentation', values: [false, true] })).toBe('with or without augmentation');
  expect(trialWords({ setting: 'batchSize', values: [64, 1000] })).toBe('batch 64 or 1,000');
  expect(trialWords({ setting: 'epochs', values: [1, 3] })).toBe('1 or 3\u00a0epochs');
});
