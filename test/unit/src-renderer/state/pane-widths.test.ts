import { expect, test } from 'vitest';
import { PaneWidths } from '../../../../src-renderer/state/pane-widths.svelte';

/** The browser's storage, in memory. */
function storage(entries: Record<string, string> = {}): Storage & { kept: Map<string, string> } {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    key: (i: number) => [...kept.keys()][i] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test('a width follows the window until it is set, and is remembered', () => {
  const kept = storage();
  const widths = new PaneWidths(kept);
  expect([widths.get('runs'), widths.css('runs')]).toEqual([null, undefined]);
  widths.set('runs', 300.4);
  expect(widths.css('runs')).toBe('300px');
  expect(new PaneWidths(kept).get('runs')).toBe(300);
  widths.reset('runs');
  expect([widths.css('runs'), kept.kept.size]).toEqual([undefined, 0]);
});

test('a width stays within its limits', () => {
  const widths = new PaneWidths(storage());
  widths.set('runs', 1);
  widths.set('pad', 9999);
  expect([widths.get('runs'), widths.get('pad')]).toEqual([220, 1000]);
});

test.each(['', 'wide', '-5', '100000', 'NaN'])('a remembered width of "%s" is not used', (value) => {
  expect(new PaneWidths(storage({ 'width-of-pad': value })).get('pad')).toBeNull();
});
