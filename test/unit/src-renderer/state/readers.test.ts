import { expect, test } from 'vitest';
import { nothingOff } from '../../../../src-preload/schemas';
import type { CheckpointInfo, RunSummary } from '../../../../src-preload/contract';
import { readersOf, readingModel } from '../../../../src-renderer/state/readers';
import { predictionOf } from '../predictions';

const checkpoint = (step: number, best: boolean) =>
  ({ run: 'run-1', name: `step-${step}`, step, best, testAccuracy: step / 3000 }) as CheckpointInfo;
const runs = [{ run: 'run-1', checkpoints: [checkpoint(2814, false), checkpoint(1876, true)] } as RunSummary];
const { model } = predictionOf(7);
const ids = (options: { id: string }[]) => options.map(({ id }) => id);

test('without a run or a file only the built-in network can read', () => {
  const readers = readersOf(
    { ...model, alternative: null, checkpoint: null, past: null, switchedOff: nothingOff },
    runs,
  );
  expect(ids(readers.usual)).toEqual(['bundled']);
  expect(readers.checkpoints).toEqual([]);
  expect(readers.chosen).toBe('bundled');
});

test('the open run’s newest state, its best checkpoint and each step can read', () => {
  const open = {
    ...model,
    source: 'run',
    name: 'run-1',
    alternative: 'built-in network',
    checkpoint: null,
    past: null,
    switchedOff: nothingOff,
  } as const;
  const readers = readersOf(open, runs);
  expect(readers.usual.map(({ label }) => label)).toEqual(['Built-in network', 'run-1, newest']);
  expect(readers.checkpoints[0]!.label.replaceAll('\u00a0', ' ')).toBe('Best: step 1,876, 62.5%');
  expect(ids(readers.checkpoints)).toEqual(['step-1876', 'step-2814']);
  expect(readers.chosen).toBe('opened');
});

test('a reading step is the chosen option, and the newest state can be chosen again', () => {
  const chosen = { run: 'run-1', name: 'step-1876' };
  const readers = readersOf(
    {
      ...model,
      source: 'run',
      name: 'run-1',
      alternative: 'run-1',
      checkpoint: chosen,
      past: null,
      switchedOff: nothingOff,
    },
    runs,
  );
  expect(readers.chosen).toBe('step-1876');
  expect(ids(readers.usual)).toEqual(['bundled', 'opened']);
  expect(readers.checkpoints.map(({ choice }) => choice)).toContainEqual(chosen);
});

test('the network that was chosen is described at once, also while the answer is still the previous one’s', () => {
  const run = { source: 'run', name: 'run-1', step: 0, testAccuracy: null, penAccuracy: null } as const;
  expect(readingModel(run, model)).toBe(run);
  expect(readingModel(run, { ...run, name: 'run-2', testAccuracy: 0.97 })).toBe(run);
  expect(readingModel(run, null)).toBe(run);
  // While it learns, the step and the answer belong together.
  const later = { ...run, step: 20 };
  expect(readingModel(run, later)).toBe(later);
});
