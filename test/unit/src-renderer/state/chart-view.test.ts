import { expect, test } from 'vitest';
import { ChartView } from '../../../../src-renderer/state/chart-view.svelte';

test('a zoom runs from left to right, and applies only to its run', () => {
  const view = new ChartView();
  expect(view.rangeOf('run-1')).toBeNull();
  view.zoom('run-1', 9000, -50);
  expect(view.rangeOf('run-1')).toEqual({ min: 0, max: 9000 });
  expect(view.rangeOf('run-2')).toBeNull();
  expect(view.rangeOf('run-1')).toEqual({ min: 0, max: 9000 });
  view.showAll();
  expect(view.rangeOf('run-1')).toBeNull();
});
