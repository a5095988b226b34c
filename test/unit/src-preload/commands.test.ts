import { expect, test } from 'vitest';
import { type RunCommand, refusalOf, runCommands } from '../../../src-preload/commands';
import { RunState } from '../../../src-preload/schemas';

const unsaved = { code: 'checkpoint-not-written', message: 'The disk is full.' };

/** The commands that a state allows, in the table's order. */
function allowed(state: RunState, run: string | null, problem: typeof unsaved | null = null): RunCommand[] {
  return runCommands.filter((command) => refusalOf(command, { state, run, problem }) === null);
}

const others = ['openRun', 'openCheckpoint', 'removeRun', 'openWeights', 'chooseFolder', 'changeData'];

test('each state allows what makes sense in it', () => {
  expect(allowed('idle', null)).toEqual(['start', ...others]);
  expect(allowed('running', 'run-1')).toEqual(['pause', 'stop']);
  expect(allowed('pausing', 'run-1')).toEqual([]);
  expect(allowed('paused', 'run-1')).toEqual(['start', 'resume', 'stop', 'addEpochs', ...others]);
  expect(allowed('finished', 'run-1')).toEqual(['start', 'addEpochs', ...others]);
  expect(allowed('failed', 'run-1')).toEqual(['start', 'resume', 'stop', ...others]);
});

test('only a run that could not be saved can be discarded', () => {
  expect(allowed('paused', 'run-1', unsaved)).toEqual(['start', 'resume', 'stop', 'discard', 'addEpochs', ...others]);
  expect(refusalOf('discard', { state: 'paused', run: 'run-1', problem: null })).toBe(
    'Only a run that could not be saved can be discarded.',
  );
});

test('a refusal never names a way out that the table refuses as well', () => {
  for (const state of RunState.options) {
    for (const run of [null, 'run-1']) {
      // Only an idle session has no run.
      if (run === null && state !== 'idle') continue;
      for (const command of runCommands) {
        const words = refusalOf(command, { state, run, problem: null });
        if (words === null) continue;
        const where = `${command} in ${state}: ${words}`;
        expect(words, where).toMatch(/^[A-Za-z].*\.$/);
        if (words.includes('Pause it to'))
          expect([state, allowed('paused', run).includes(command)], where).toEqual(['running', true]);
        if (words.includes('Resume it')) expect(refusalOf('resume', { state, run, problem: null }), where).toBeNull();
        if (words.includes('Add epochs'))
          expect(refusalOf('addEpochs', { state, run, problem: null }), where).toBeNull();
        if (words.includes('Open it')) expect(refusalOf('openRun', { state, run, problem: null }), where).toBeNull();
        if (words.includes('being trained')) expect(state === 'running', where).toBe(!words.startsWith('Nothing'));
      }
    }
  }
});

test.each([
  ['resume', 'idle', null, 'No run is open. Start one, or open one from the list.'],
  ['resume', 'idle', 'run-1', 'run-1 is closed. Open it to resume it.'],
  ['resume', 'finished', 'run-1', 'run-1 is finished. Add epochs to train it further.'],
  ['start', 'running', 'run-1', 'run-1 is being trained. Pause it to start another run.'],
  ['pause', 'pausing', 'run-1', 'run-1 is being paused. Try again in a moment.'],
  ['addEpochs', 'failed', 'run-1', 'run-1 failed. Resume it before you add epochs.'],
] as const)('%s is refused in plain words while %s', (command, state, run, words) => {
  expect(refusalOf(command, { state, run, problem: null })).toBe(words);
});
