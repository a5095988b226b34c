import { expect, test } from 'vitest';
import {
  type RunCommand,
  type RunStatus,
  isTraining,
  refusalOf,
  removalRefusal,
  runCommands,
} from '../../../src-preload/commands';
import { RunState } from '../../../src-preload/schemas';

const unsaved = { code: 'checkpoint-not-written', message: 'The disk is full.' };

/** @param trained another run that is being trained; by default the shown one, if its state says so, else none */
function statusOf(state: RunState, run: string | null, trained: RunStatus['trained'] = null): RunStatus {
  const own = isTraining(state) && run !== null ? { run, state } : null;
  return { state, run, problem: null, trained: trained ?? own };
}

/** The commands that are allowed, in the table's order. */
const allowed = (status: RunStatus): RunCommand[] =>
  runCommands.filter((command) => refusalOf(command, status) === null);

/** Commands that only show something. */
const showing = ['openRun', 'openCheckpoint', 'openWeights'];
/** Commands that change the queue. */
const queueing = ['enqueue', 'takeBack'];
const other = { run: 'run-2', state: 'running' } as const;

test('each state allows the commands that make sense in it', () => {
  const changing = ['chooseFolder', 'changeData', 'changeDevice'];
  expect(allowed(statusOf('idle', null))).toEqual(['start', ...queueing, ...showing, ...changing]);
  expect(allowed(statusOf('running', 'run-1'))).toEqual(['pause', ...queueing, ...showing]);
  expect(allowed(statusOf('pausing', 'run-1'))).toEqual([...queueing, ...showing]);
  const resting = ['start', ...queueing];
  expect(allowed(statusOf('paused', 'run-1'))).toEqual([...resting, 'resume', 'addEpochs', ...showing, ...changing]);
  expect(allowed(statusOf('finished', 'run-1'))).toEqual([...resting, 'addEpochs', ...showing, ...changing]);
  expect(allowed(statusOf('failed', 'run-1'))).toEqual([...resting, 'resume', ...showing, ...changing]);
});

test('while another run is trained, the shown one can be viewed, and the other one paused', () => {
  for (const state of ['paused', 'finished', 'failed'] as const) {
    expect(allowed(statusOf(state, 'run-1', other))).toEqual(['pause', ...queueing, ...showing]);
    expect(refusalOf('resume', statusOf(state, 'run-1', other))).toBe(
      'run-2 is being trained. Pause it to resume another run.',
    );
  }
  expect(allowed(statusOf('idle', null, other))).toEqual(['pause', ...queueing, ...showing]);
  expect(allowed(statusOf('paused', 'run-1', { ...other, state: 'pausing' }))).toEqual([...queueing, ...showing]);
  // The other run rests again.
  expect(allowed(statusOf('paused', 'run-1', { ...other, state: 'finished' }))).toContain('resume');
});

test('the next run can be started if one waits and none is trained', () => {
  const waiting = { ...statusOf('paused', 'run-1'), waiting: 1 };
  expect(allowed(waiting)).toContain('startNext');
  expect(refusalOf('startNext', statusOf('paused', 'run-1'))).toBe('No run is waiting.');
  expect(refusalOf('startNext', { ...waiting, trained: other })).toBe(
    'run-2 is being trained. Pause it to start the next run.',
  );
});

test('a run that is being trained cannot be removed; all others can', () => {
  const status = statusOf('paused', 'run-1', other);
  expect(removalRefusal('run-1', status)).toBeNull();
  expect(removalRefusal('run-2', status)).toBe('run-2 is being trained. Pause it to remove it.');
  expect(removalRefusal('run-2', { trained: { ...other, state: 'paused' } })).toBeNull();
});

test('only a run that could not be saved can be discarded', () => {
  expect(allowed({ ...statusOf('paused', 'run-1', other), problem: unsaved })).toContain('discard');
  expect(refusalOf('discard', statusOf('paused', 'run-1'))).toBe(
    'Only a run that could not be saved can be discarded.',
  );
});

test('a refusal never suggests a command that the table refuses too', () => {
  const statuses = RunState.options.flatMap((state) =>
    state === 'idle'
      ? [statusOf(state, null), statusOf(state, null, other)]
      : [statusOf(state, 'run-1'), ...(isTraining(state) ? [] : [statusOf(state, 'run-1', other)])],
  );
  for (const status of statuses) {
    for (const command of runCommands) {
      const words = refusalOf(command, status);
      if (words === null) continue;
      const where = `${command} in ${JSON.stringify(status)}: ${words}`;
      expect(words, where).toMatch(/^[A-Za-z].*\.$/);
      const paused = status.trained && { ...status.trained, state: 'paused' as const };
      const afterPause = { ...status, state: status.state === 'running' ? 'paused' : status.state, trained: paused };
      if (words.includes('Pause it to')) {
        expect(refusalOf('pause', status), where).toBeNull();
        expect(refusalOf(command, afterPause as RunStatus) ?? '', where).not.toContain('being trained');
      }
      if (words.includes('Resume it')) expect(refusalOf('resume', status), where).toBeNull();
      if (words.includes('Add epochs')) expect(refusalOf('addEpochs', status), where).toBeNull();
      if (words.includes('being trained') && !words.startsWith('Nothing'))
        expect(status.trained?.state, where).toBe('running');
    }
  }
});

test.each([
  ['resume', 'idle', null, 'No run is shown. Start one, or choose one from the list.'],
  ['resume', 'finished', 'run-1', 'run-1 is finished. Add epochs to train it further.'],
  ['start', 'running', 'run-1', 'run-1 is being trained. Pause it to start another run.'],
  ['pause', 'pausing', 'run-1', 'run-1 is being paused. Try again in a moment.'],
  ['addEpochs', 'failed', 'run-1', 'run-1 failed. Resume it before you add epochs.'],
] as const)('%s is refused with a reason while %s', (command, state, run, words) => {
  expect(refusalOf(command, statusOf(state, run))).toBe(words);
});
