import { expect, test } from 'vitest';
import { nothingOff } from '../../../../src-preload/schemas';
import type { CheckpointInfo, Progress, RunSummary } from '../../../../src-preload/contract';
import type { ActiveModelView } from '../../../../src-preload/recognition';
import { readerWords, readersOf, upToDate } from '../../../../src-renderer/state/readers';
import { predictionOf } from '../predictions';

const checkpoint = (step: number, best: boolean) =>
  ({ run: 'run-1', name: `step-${step}`, step, best, testAccuracy: step / 3000 }) as CheckpointInfo;
const runs = [
  { run: 'run-1', name: 'run-1', checkpoints: [checkpoint(2814, false), checkpoint(1876, true)] } as RunSummary,
];
const { model } = predictionOf(7);
/** A run that is shown, at its newest step. */
const opened: ActiveModelView = {
  source: 'run',
  name: 'run-1',
  step: 0,
  testAccuracy: null,
  penAccuracy: null,
  alternative: 'built-in network',
  checkpoint: null,
  past: null,
  switchedOff: nothingOff,
};
const ids = (options: { id: string }[]) => options.map(({ id }) => id);

test('without a run or a file only the built-in network can read', () => {
  const readers = readersOf({ ...opened, ...model, alternative: null }, runs);
  expect(ids(readers.usual)).toEqual(['bundled']);
  expect(readers.checkpoints).toEqual([]);
  expect(readers.chosen).toBe('bundled');
});

test('the open run’s newest state, its best checkpoint and each step can read', () => {
  const readers = readersOf(opened, runs);
  expect(readers.usual.map(({ label }) => label)).toEqual(['Built-in network', 'run-1, newest']);
  expect(readers.checkpoints[0]!.label.replaceAll('\u00a0', ' ')).toBe('Best: step 1,876, 62.5%');
  expect(ids(readers.checkpoints)).toEqual(['step-1876', 'step-2814']);
  expect(readers.chosen).toBe('opened');
});

test('a run that a person named is called by that name', () => {
  const named = runs.map((run) => ({ ...run, name: 'bold strokes' }));
  const past = { step: 1876, isExact: null };
  const { usual } = readersOf({ ...opened, alternative: 'run-1', past }, named);
  expect(usual.map(({ label }) => label)).toEqual([
    'Built-in network',
    'bold strokes, newest',
    'bold strokes, earlier step',
  ]);
});

test('a reading step is the chosen option, and the newest state can be chosen again', () => {
  const chosen = { run: 'run-1', name: 'step-1876' };
  const readers = readersOf({ ...opened, alternative: 'run-1', checkpoint: chosen }, runs);
  expect(readers.chosen).toBe('step-1876');
  expect(ids(readers.usual)).toEqual(['bundled', 'opened']);
  expect(readers.checkpoints.map(({ choice }) => choice)).toContainEqual(chosen);
});

test('a step of the past is named where it is chosen, and its number only in the words about it', () => {
  const past = { step: 1876, isExact: null };
  const run = { ...opened, step: 1876, alternative: 'run-1', past };
  const readers = readersOf(run, runs);
  expect(readers.chosen).toBe('past');
  expect(readers.usual.find(({ id }) => id === 'past')).toEqual({
    id: 'past',
    label: 'run-1, earlier step',
    choice: { run: 'run-1', step: 1876 },
  });
  expect(readerWords(run, null)).toBe('Step 1,876');
  expect(readerWords({ ...run, testAccuracy: 0.62 }, null)).toBe('Step 1,876, 62.0% in its last test');
});

test('the words about the network do not repeat the chosen option', () => {
  const ofNone = { ...opened, source: 'none', name: '' } as const;
  expect(readerWords(ofNone, null)).toBe('There is no trained network yet. Start training, then draw.');
  const bundled = { ...opened, ...model };
  expect(readerWords(bundled, null)).toBe('99.0% on MNIST, 97.0% on pen drawings');
  expect(readerWords({ ...bundled, testAccuracy: null, penAccuracy: null }, null)).toBe('Not tested on MNIST');
  const weights = { ...opened, source: 'weights', name: 'mine.pth' } as const;
  expect(readerWords(weights, null)).toBe('Not tested yet');
  expect(readerWords({ ...weights, testAccuracy: 0.97 }, null)).toBe('97.0% on the test set');
  const checkpoint = { run: 'run-1', name: 'step-1876' };
  expect(readerWords({ ...opened, checkpoint, testAccuracy: 0.62 }, null)).toBe('A checkpoint of this run');
});

test('the network that was chosen is described at once, also while the answer is still the previous one’s', () => {
  expect(readerWords(opened, model)).toBe('Step 0');
  expect(readerWords(opened, { ...opened, name: 'run-2', testAccuracy: 0.97 })).toBe('Step 0');
  // While it learns, the step and the answer belong together.
  expect(readerWords(opened, { ...opened, step: 20 })).toBe('Step 20');
});

test('the newest state of the shown run is at the step that the run has reached', () => {
  const progress = { step: 1900 } as Progress;
  const run = { name: 'run-1', progress, testAccuracy: 0.93 };
  expect(readerWords(upToDate(opened, run), null)).toBe('Step 1,900, 93.0% in its last test');
  const others = [
    { ...opened, past: { step: 7, isExact: null } },
    { ...opened, checkpoint: { run: 'run-1', name: 'step-1876' } },
    { ...opened, name: 'run-2' },
    { ...opened, ...model },
  ];
  for (const other of others) expect(upToDate(other, run)).toBe(other);
});
