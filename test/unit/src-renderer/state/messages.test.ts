import { expect, test } from 'vitest';
import { Action } from '../../../../src-renderer/state/action';
import { Messages } from '../../../../src-renderer/state/messages.svelte';

test('the newest message is shown with its action', () => {
  const messages = new Messages();
  expect(messages.newest).toBeNull();
  messages.say('Copied');
  expect(messages.newest).toEqual({ text: 'Copied', way: null });
  const action = new Action(
    () => null,
    () => undefined,
  );
  messages.say('Saved a.png', { label: 'Show', action, testid: 'show-saved-file' });
  expect(messages.newest?.way?.action).toBe(action);
});

test('the same text again is a new message, so that it is shown again', () => {
  const messages = new Messages();
  messages.say('Copied');
  const first = messages.newest;
  messages.say('Copied');
  expect(messages.newest).not.toBe(first);
});
