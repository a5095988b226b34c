import { Chart } from 'chart.js';
import { expect, test } from 'vitest';
import '../../../../src-renderer/charts/compare-chart';

test('the comparison’s legend is not added to every chart', () => {
  expect(() => Chart.registry.getPlugin('legend')).toThrow('"legend" is not a registered plugin');
});
