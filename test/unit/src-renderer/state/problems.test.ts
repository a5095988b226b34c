import { expect, test } from 'vitest';
import { RequestError } from '../../../../src-renderer/bridge';
import { Problems } from '../../../../src-renderer/state/problems.svelte';

const problem = (message: string) => ({ code: 'disk', message });

test('a problem stays until its own source settles it', () => {
  const problems = new Problems();
  problems.report('run', problem('The disk is full.'));
  problems.settle('request');
  expect(problems.shown?.message).toBe('The disk is full.');
  problems.settle('run');
  expect(problems.shown).toBeNull();
});

test('a newer problem is shown first; once it is dismissed, the previous one is', () => {
  const problems = new Problems();
  problems.report('run', problem('The disk is full.'));
  problems.reportError(new RequestError('no-picture', 'notes.txt is no picture.'));
  expect(problems.shown).toMatchObject({ source: 'request', code: 'no-picture', message: 'notes.txt is no picture.' });
  problems.dismiss();
  expect(problems.shown?.message).toBe('The disk is full.');
  problems.dismiss();
  expect(problems.shown).toBeNull();
});

test('only the newest problem of each source is kept', () => {
  const problems = new Problems();
  problems.report('request', problem('The first.'));
  problems.report('request', problem('The second.'));
  problems.dismiss();
  expect(problems.shown).toBeNull();
});

test('that a device needs a restart stays until another device is in use, whatever is requested meanwhile', () => {
  const problems = new Problems();
  problems.reportError(new RequestError('device-needs-restart', 'It is used the next time.'));
  problems.settle('request');
  expect(problems.shown).toMatchObject({ source: 'device', message: 'It is used the next time.' });
  problems.settle('device');
  expect(problems.shown).toBeNull();
});

test('an unexpected error is reported too', () => {
  const problems = new Problems();
  problems.reportError(new TypeError('x is undefined'));
  expect(problems.shown?.message).toContain('x is undefined');
});

test('failures caused by the lost engine do not hide that it is lost', () => {
  const problems = new Problems();
  problems.report('run', problem('The run has failed.'));
  problems.reportEnd(problem('The engine could not be started again.'));
  problems.reportError(new RequestError('engine-died', 'The engine stopped.'));
  expect(problems.shown?.message).toBe('The engine could not be started again.');
});
