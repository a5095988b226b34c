import { expect, test } from 'vitest';
import { loadPenWidth, storePenWidth } from '../../../../src-renderer/state/pen';

/** Like the browser's storage, which only stores text. */
function makeStorage() {
  const items: Record<string, string> = {};
  return {
    getItem: (key: string) => items[key] ?? null,
    setItem: (key: string, value: string) => (items[key] = value),
  };
}

test('the pen has the width of the last time', () => {
  const storage = makeStorage();
  expect(loadPenWidth(storage)).toBe(20);
  storePenWidth(storage, 32);
  expect(loadPenWidth(storage)).toBe(32);
});

test.each(['wide', '', '-3', '1000'])('an invalid stored width (%s) is not used', (text) => {
  expect(loadPenWidth({ getItem: () => text })).toBe(20);
});
