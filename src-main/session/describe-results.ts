import type { Results } from '@contract/results';
import { doubtedLabels } from '../analysis/doubtful-labels';
import { reliabilityOf, resultsOf, wilsonInterval } from '../analysis/results';
import { CLASSES } from '../data/mnist';
import { tempered } from '../recognition/calibration';
import { type Evaluation, mostLikely } from '../training/evaluate';
import { base64 } from './base64';

type Described = Omit<Results, 'model' | 'switchedOff' | 'dataset' | 'sha256' | 'reviewed'>;

/**
 * Describes a test for the window.
 * @param labels of the tested images, at least one
 * @param temperature of the network's probabilities
 * @param builtIn the built-in network's test on the same images; null without one; then no label is in doubt
 */
export function describeResults(
  labels: Uint8Array,
  { logProbabilities, loss, correct, total }: Evaluation,
  temperature: number,
  builtIn: Evaluation | null,
): Described {
  const predictions = new Uint8Array(total);
  const probabilities = new Float32Array(total);
  const losses = new Float32Array(total);
  labels.forEach((label, index) => {
    const row = logProbabilities.subarray(index * CLASSES, (index + 1) * CLASSES);
    const prediction = mostLikely(row);
    predictions[index] = prediction;
    probabilities[index] = tempered(row, temperature)[prediction]!;
    losses[index] = -row[label]!;
  });
  const { confusion, perDigit } = resultsOf(logProbabilities, labels);
  const { bins, error } = reliabilityOf(probabilities, (index) => predictions[index] === labels[index]);
  return {
    total,
    correct,
    loss,
    interval: wilsonInterval(correct, total),
    confusion,
    perDigit,
    reliability: bins,
    calibrationError: error,
    labels: base64(labels),
    predictions: base64(predictions),
    probabilities: base64(probabilities),
    losses: base64(losses),
    doubted: builtIn ? doubtedLabels(logProbabilities, builtIn.logProbabilities, labels) : [],
  };
}
