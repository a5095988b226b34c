import { expect, test } from 'vitest';
import type { ComparedRun, TrialResult } from '../../../../src-preload/compare';
import type { RunSummary } from '../../../../src-preload/contract';
import { defaultConfig } from '../../../../src-preload/schemas';
import { secondsAt, testPoints, trainingLine } from '../../../../src-renderer/charts/compare-chart';
import { runStyle } from '../../../../src-renderer/charts/run-styles';
import { Comparison } from '../../../../src-renderer/state/comparison.svelte';
import {
  dataWarning,
  differingColumns,
  pairSentence,
  trialSentence,
} from '../../../../src-renderer/state/comparison-words';
import { Problems } from '../../../../src-renderer/state/problems.svelte';
import { StudioView } from '../../../../src-renderer/state/studio-view.svelte';
import { TrialForm } from '../../../../src-renderer/state/trial-form.svelte';
import { trialsOf } from '../../../../src-renderer/state/trial-list';
import { provideBridge } from '../bridge';

const data = { name: 'MNIST', sha256: 'a', trainCount: 60_000, testCount: 10_000, remedy: null };

function compared(run: string, change: Partial<ComparedRun> = {}): ComparedRun {
  return {
    ...{ ref: { run, folder: 0 }, name: run, config: defaultConfig, data, origin: null, device: 'CPU', step: 938 },
    runId: `id of ${run}`,
    ...{ epochsDone: 1, finished: false, times: [{ examplesSeen: 60_000, seconds: 6 }], test: null },
    history: {
      ...{ trainLosses: [2.3, 0.5], trainCounter: [0, 30_000] },
      ...{ testLosses: [2.3, 0.2], testCounter: [0, 60_000], testCorrect: [1000, 9400] },
    },
    ...change,
  };
}

test('up to ten runs can be chosen, each with its own dash and marker', async () => {
  provideBridge({ compareRuns: (refs) => refs.map(({ run }) => compared(run)) });
  const comparison = new Comparison(new Problems(), new StudioView());
  for (let i = 1; i <= 12; i++) comparison.toggle({ run: `run-${i}`, folder: 0 });
  expect(comparison.chosen).toHaveLength(10);
  expect(comparison.isFull).toBe(true);
  const styles = comparison.chosen.map(({ slot }) => JSON.stringify(runStyle(slot)));
  expect(new Set(styles).size).toBe(10);
  // Its slot is that of its colour in the list.
  expect(comparison.slotOf({ run: 'run-3', folder: 0 })).toBe(2);
  comparison.toggle({ run: 'run-3', folder: 0 });
  expect(comparison.slotOf({ run: 'run-3', folder: 0 })).toBeNull();
  comparison.add({ folder: 1, path: '/other', runs: [{ run: 'run-13', name: 'run-13' }] });
  expect(comparison.slotOf({ run: 'run-13', folder: 1 })).toBe(2);
  comparison.keepOnly(['run-1']);
  expect(comparison.chosen.map(({ ref }) => ref.run)).toEqual(['run-1', 'run-13']);
  await Promise.resolve();
});

test('the runs are requested while they are watched', async () => {
  const asked = provideBridge({ compareRuns: (refs) => refs.map(({ run }) => compared(run)) });
  const comparison = new Comparison(new Problems(), new StudioView());
  comparison.toggle({ run: 'run-1', folder: 0 });
  expect(asked).toEqual([]);
  const end = comparison.watch();
  await expect.poll(() => comparison.runs.map(({ name }) => name)).toEqual(['run-1']);
  end();
});

test('two runs are tested again when one is another run, or other data is loaded', async () => {
  const view = new StudioView();
  const ids = new Map([
    ['run-1', 'a'],
    ['run-2', 'b'],
    ['run-3', 'c'],
  ]);
  const waiting: ((onlyFirst: number) => void)[] = [];
  provideBridge({
    compareRuns: (refs) => refs.map(({ run }) => compared(run, { runId: ids.get(run)! })),
    compareAnswers: () =>
      new Promise((resolve) => {
        const answers = { step: 938, predictions: '', probabilities: '', losses: '' };
        const told = { labels: '', sha256: 'a', total: 0, onlySecond: 0, pValue: 1 };
        waiting.push((onlyFirst) => resolve({ ...told, answers: [answers, answers], onlyFirst }));
      }),
  });
  const comparison = new Comparison(new Problems(), view);
  const { pair } = comparison;
  const tested = (times: number) => expect.poll(() => waiting.length).toBe(times);
  comparison.watch();
  comparison.choose(['run-1', 'run-2', 'run-3'].map((run) => ({ run, folder: 0 })));
  await tested(1);
  // The answers of the two before arrive late.
  pair.choose({ run: 'run-1', folder: 0 }, { run: 'run-3', folder: 0 }, comparison.runs);
  waiting[0]!(1);
  await tested(2);
  expect(pair.answers).toBeNull();
  waiting[1]!(2);
  await expect.poll(() => pair.answers?.onlyFirst).toBe(2);

  // Another folder has runs of the same names and steps.
  ids.set('run-3', 'd');
  comparison.follow();
  await tested(3);
  expect(pair.answers).toBeNull();
  waiting[2]!(3);
  await expect.poll(() => pair.answers?.onlyFirst).toBe(3);

  view.dataset = { ...view.dataset!, sha256: 'b' };
  comparison.watch();
  await tested(4);
  expect(pair.answers).toBeNull();
});

test('two runs that could not be compared are compared again when the runs may have changed', async () => {
  const answers = { step: 938, predictions: '', probabilities: '', losses: '' };
  let isStarting = true;
  provideBridge({
    compareRuns: (refs) => refs.map(({ run }) => compared(run)),
    compareAnswers: () => {
      if (isStarting) throw new Error('The engine is still starting');
      return {
        ...{ labels: '', sha256: 'a', total: 0, onlyFirst: 1, onlySecond: 0, pValue: 1 },
        answers: [answers, answers],
      };
    },
  });
  const comparison = new Comparison(new Problems(), new StudioView());
  comparison.watch();
  comparison.choose(['run-1', 'run-2'].map((run) => ({ run, folder: 0 })));
  await expect.poll(() => comparison.pair.problem).toContain('still starting');
  isStarting = false;
  comparison.follow();
  await expect.poll(() => comparison.pair.answers?.onlyFirst).toBe(1);
  expect(comparison.pair.problem).toBeNull();
});

test('only differences have a column', () => {
  const config = { ...defaultConfig, learningRate: 0.05 };
  expect(differingColumns([compared('a')], [])).toEqual([]);
  expect(differingColumns([compared('a'), compared('b', { config })], [])).toEqual([
    { title: 'Learning rate', values: ['0.01', '0.05'] },
  ]);
  const origin = { run: 'run-7', step: 20 };
  const inFolder = [{ run: 'run-7', name: 'wide' }] as RunSummary[];
  expect(differingColumns([compared('a'), compared('b', { origin })], inFolder)).toEqual([
    { title: 'Started', values: ['from random weights', 'from wide, step 20'] },
  ]);
  const fashion = { ...data, name: 'Fashion', sha256: 'b' };
  expect(dataWarning([compared('a'), compared('b')])).toBeNull();
  expect(dataWarning([compared('a'), compared('b', { data: fashion })])).toContain('MNIST and Fashion');
});

test('one sentence says which of two runs is better', () => {
  const names = ['run-1', 'run-2'] as const;
  expect(pairSentence(names, { onlyFirst: 12, onlySecond: 31, pValue: 0.0054 })).toBe(
    'run-2 is better. It alone reads 31\u00a0images correctly, run-1 alone 12. This is unlikely to be chance (p = 0.005).',
  );
  expect(pairSentence(names, { onlyFirst: 5, onlySecond: 4, pValue: 1 })).toContain('Neither is clearly better');
  expect(pairSentence(names, { onlyFirst: 0, onlySecond: 0, pValue: 1 })).toContain('the same images correctly');
});

test('a trial’s verdict is one sentence', () => {
  const trial = { id: 'x', setting: 'learningRate', values: [0.01, 0.02] as [number, number], seeds: 5 } as const;
  const verdict = { mean: 0.0021, interval: { low: 0.0005, high: 0.0037 }, differs: true };
  const pairs = Array.from({ length: 5 }, (_, seed) => ({ seed, accuracies: [0.97, 0.972] as [number, number] }));
  const result: TrialResult = { trial, runs: [], pairs, verdict };
  expect(trialSentence(result)).toBe(
    'Learning rate 0.02 is better than learning rate 0.01: learning rate 0.02 gives +0.21 points of test accuracy (97% interval +0.05 to +0.37, 5\u00a0seeds).',
  );
  expect(trialSentence({ ...result, verdict: { ...verdict, differs: false } })).toContain('No clear difference');
  expect(trialSentence({ ...result, pairs: pairs.slice(3), verdict: null })).toContain(
    'of 5. A verdict needs at least three.',
  );
});

test('curves are drawn by examples or training time; accuracies omit the untrained network', () => {
  const run = compared('a');
  expect(secondsAt(30_000, run.times)).toBe(3);
  expect(trainingLine(run, { lines: [], metric: 'loss', axis: 'time' }).map(({ x }) => x)).toEqual([0, 3]);
  expect(trainingLine(run, { lines: [], metric: 'accuracy', axis: 'time' })).toEqual([]);
  expect(testPoints(run, { lines: [], metric: 'accuracy', axis: 'examples' })).toMatchObject([{ x: 60_000, y: 94 }]);
  expect(secondsAt(10, [])).toBe(0);
});

test('a trial is checked as it is typed, and listed while its runs wait and are trained', () => {
  const form = new TrialForm();
  expect(form.check(null).problem).toContain('New run');
  form.texts[1] = '0,01';
  expect(form.check(defaultConfig).problem).toBe('The two values are the same');
  form.texts[1] = '20';
  expect(form.check(defaultConfig).problem).toBe('Learning rate: number above 0, up to 10');
  form.texts[1] = '0,05';
  expect(form.check(defaultConfig).trial).toMatchObject({ setting: 'learningRate', values: [0.01, 0.05], seeds: 5 });
  form.seeds = '2';
  expect(form.check(defaultConfig).problem).toBe('A trial has 3 to 10 seeds');
  form.choose('augmentation');
  form.seeds = '3';
  expect(form.check(defaultConfig).trial).toMatchObject({ values: [false, true] });

  const trial = { id: 't', setting: 'momentum', values: [0.5, 0.9] as [number, number], seeds: 3, side: 0 } as const;
  const run = { id: 'w', name: '', config: defaultConfig, origin: null, dataset: 'MNIST', missingData: null };
  const waiting = [{ ...run, trial, problem: null }];
  expect(trialsOf([], { waiting, problem: null })).toMatchObject([{ finished: 0, inAll: 6 }]);
});
