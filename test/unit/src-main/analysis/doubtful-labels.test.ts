import { expect, test } from 'vitest';
import { doubtedLabels, reviewedLabels } from '../../../../src-main/analysis/doubtful-labels';
import { BUNDLED_SHA256 } from '../../../../src-main/data/mnist';

/** Log-probabilities of a network that gives these digits 99% each. */
const answers = (...digits: number[]) =>
  Float32Array.from(
    digits.flatMap((read) => Array.from({ length: 10 }, (_, digit) => Math.log(digit === read ? 0.99 : 0.01 / 9))),
  );

const labels = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]);
const right = [...labels];

test('a label is in doubt if both networks read another digit', () => {
  const builtIn = [...right];
  builtIn[3] = 5;
  const shown = [...right];
  shown[3] = 8;
  shown[4] = 9;
  expect(doubtedLabels(answers(...shown), answers(...builtIn), labels)).toEqual([3]);
  expect(doubtedLabels(answers(...right), answers(...builtIn), labels)).toEqual([]);
});

test('no label is in doubt if the built-in network cannot read the data', () => {
  const builtIn = right.map((digit) => (digit + 1) % 10);
  expect(doubtedLabels(answers(...builtIn), answers(...builtIn), labels)).toEqual([]);
});

test("people's reviews are only known for MNIST's test set", () => {
  expect(reviewedLabels({ sha256: 'other' })).toEqual([]);
  const reviewed = reviewedLabels({ sha256: BUNDLED_SHA256 });
  expect(reviewed).toHaveLength(15);
  expect(reviewed.filter(({ review }) => review === 'unclear').map(({ index }) => index)).toEqual([2130, 8527]);
});
