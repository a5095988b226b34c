import { expect, test } from 'vitest';
import { relativeTo, shortened } from '../../../src-preload/words';

test('files in the shown folder are named relative to it, and the folder itself by its path', () => {
  expect(relativeTo('/home/ada/digits', '/home/ada/digits/run-1/state.json is damaged.')).toBe(
    'run-1/state.json is damaged.',
  );
  expect(relativeTo('C:\\digits', 'C:\\digits\\run-1 and C:\\digits\\run-2 are damaged.')).toBe(
    'run-1 and run-2 are damaged.',
  );
  expect(relativeTo('/home/ada/digits', '/home/ada/digits cannot be read.')).toBe('/home/ada/digits cannot be read.');
  expect(relativeTo('/home/ada/digits', '/home/ada/digits-2/run-1 is damaged.')).toContain('/home/ada/digits-2/run-1');
});

test('the root of a disk, or no folder, shortens nothing', () => {
  expect(relativeTo('/', '/run-1/state.json is damaged.')).toBe('/run-1/state.json is damaged.');
  expect(relativeTo('C:\\', 'C:\\run-1 is damaged.')).toBe('C:\\run-1 is damaged.');
  expect(relativeTo(null, '/run-1 is damaged.')).toBe('/run-1 is damaged.');
});

test('a long text is cut off with an ellipsis', () => {
  expect(shortened('Ankle boot', 10)).toBe('Ankle boot');
  expect(shortened('Ankle boots', 10)).toBe('Ankle boo…');
  expect(shortened('Ankle boots', 7)).toBe('Ankle…');
});
