import { expect, test } from 'vitest';
import { percentsApart } from '../../../src-renderer/format';

test.each([
  [0.25, 0.75, '25.0%', '75.0%'],
  [0.9998, 0.9999, '99.98%', '99.99%'],
  // Closer than two decimals show.
  [0.999_99, 1, '100.00%', '100.00%'],
])('%d and %d are told apart as %s and %s', (one, other, ...texts) => {
  expect(percentsApart(one, other)).toEqual(texts);
});
