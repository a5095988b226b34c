import { expect, test } from 'vitest';
import { Dialogs } from '../../../../src-renderer/state/dialogs.svelte';

test('at most one dialog is open', () => {
  const dialogs = new Dialogs();
  expect([dialogs.isOpen('help'), dialogs.hasOpen]).toEqual([false, false]);
  dialogs.show('help');
  dialogs.show('guide');
  expect([dialogs.isOpen('help'), dialogs.isOpen('guide')]).toEqual([false, true]);
});

test('closing a replaced dialog does not close the new one', () => {
  const dialogs = new Dialogs();
  dialogs.show('help');
  dialogs.show('guide');
  dialogs.close('help');
  expect([dialogs.isOpen('guide'), dialogs.hasOpen]).toEqual([true, true]);
  dialogs.close('guide');
  expect([dialogs.isOpen('guide'), dialogs.hasOpen]).toEqual([false, false]);
});
