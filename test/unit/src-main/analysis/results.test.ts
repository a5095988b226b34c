import { expect, test } from 'vitest';
import { reliabilityOf, resultsOf, wilsonInterval } from '../../../../src-main/analysis/results';

/** Probabilities of ten digits for 300 images; one in ten has the predicted label, the others a random one. */
function example() {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const labels = Uint8Array.from({ length: 300 }, () => Math.floor(9 * random()));
  const logProbabilities = new Float32Array(3_000);
  for (let i = 0; i < labels.length; i++) {
    const scores = Array.from({ length: 10 }, (_, digit) => random() + (digit === labels[i] ? 0.5 : 0));
    const total = scores.reduce((sum, score) => sum + score, 0);
    scores.forEach((score, digit) => (logProbabilities[10 * i + digit] = Math.log(score / total)));
  }
  return { labels, logProbabilities };
}

test('agrees with a plain loop over the images', () => {
  const { labels, logProbabilities } = example();
  const { confusion, perDigit, mistakes } = resultsOf(logProbabilities, labels);
  const predictions = Array.from(labels, (_, i) => {
    const row = [...logProbabilities.slice(10 * i, 10 * i + 10)];
    return row.indexOf(Math.max(...row));
  });
  for (let label = 0; label < 10; label++) {
    for (let prediction = 0; prediction < 10; prediction++) {
      const count = predictions.filter((read, i) => read === prediction && labels[i] === label).length;
      expect(confusion[label]![prediction]).toBe(count);
    }
    const shown = labels.filter((other) => other === label).length;
    expect(confusion[label]!.reduce((sum, count) => sum + count, 0)).toBe(shown);
    const read = predictions.filter((other) => other === label).length;
    const right = predictions.filter((other, i) => other === label && labels[i] === label).length;
    expect(perDigit[label]).toEqual({
      digit: label,
      precision: read === 0 ? null : right / read,
      recall: shown === 0 ? null : right / shown,
    });
  }
  const wrong = predictions.flatMap((prediction, index) => (prediction === labels[index] ? [] : [index]));
  expect(wrong.length).toBeGreaterThan(20);
  expect(mistakes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(wrong);
  mistakes.forEach(({ index, label, prediction, probability, loss }, i) => {
    expect([label, prediction]).toEqual([labels[index], predictions[index]]);
    expect(probability).toBeCloseTo(Math.exp(logProbabilities[10 * index + prediction]!), 12);
    expect(loss).toBe(-logProbabilities[10 * index + label]!);
    if (i > 0) expect(loss).toBeLessThanOrEqual(mistakes[i - 1]!.loss);
  });
});

test('a digit that no image shows has no recall', () => {
  const { labels, logProbabilities } = example();
  expect(resultsOf(logProbabilities, labels).perDigit[9]!.recall).toBeNull();
});

test("Wilson's interval agrees with the literature", () => {
  // R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I.
  const rounded = ({ low, high }: { low: number; high: number }) => [low.toFixed(4), high.toFixed(4)];
  expect(rounded(wilsonInterval(81, 263))).toEqual(['0.2553', '0.3662']);
  expect(rounded(wilsonInterval(15, 148))).toEqual(['0.0624', '0.1605']);
  expect(rounded(wilsonInterval(0, 20))).toEqual(['0.0000', '0.1611']);
  expect(rounded(wilsonInterval(29, 29))).toEqual(['0.8830', '1.0000']);
});

test('reliability has ten bins, and the mean gap over all of them', () => {
  const confidences = [0.95, 0.85, 1, 0.45, 0.41];
  const { bins, error } = reliabilityOf(confidences, (index) => index < 3);
  expect(bins).toHaveLength(10);
  expect(bins.map(({ count }) => count)).toEqual([0, 0, 0, 0, 2, 0, 0, 0, 1, 2]);
  expect(bins[0]).toEqual({ count: 0, confidence: null, accuracy: null });
  expect(bins[4]).toEqual({ count: 2, confidence: expect.closeTo(0.43, 9) as number, accuracy: 0 });
  expect(bins[9]).toEqual({ count: 2, confidence: expect.closeTo(0.975, 9) as number, accuracy: 1 });
  expect(error).toBeCloseTo((0.86 + 0.15 + 0.05) / 5, 9);
});
