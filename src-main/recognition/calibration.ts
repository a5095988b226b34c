/**
 * Calibrates a network's probabilities. A temperature makes about 90 % of the answers given with 90 % right (C. Guo et
 * al., "On calibration of modern neural networks", 2017). If even the likeliest digit is too unlikely, the drawing is
 * not taken for a digit (D. Hendrycks and K. Gimpel, "A baseline for detecting misclassified and out-of-distribution
 * examples in neural networks", 2017), which is detected better at a higher temperature (S. Liang, Y. Li and R.
 * Srikant, "Enhancing the reliability of out-of-distribution image detection in neural networks", 2018).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { UserError, reasonOf } from '../base/errors';
import type { Network } from '../network/network';

export const Calibration = z.strictObject({
  /** The log-probabilities are divided by it; above 1 the network becomes less sure, below 1 surer. */
  temperature: z.number().positive(),
  /** Below this confidence the likeliest digit is rejected, see `confidenceOf`. */
  threshold: z.number().min(0).max(1),
});
export type Calibration = z.infer<typeof Calibration>;

/** Used for networks that were not calibrated: a person's own runs and opened weights. */
export const defaultCalibration: Calibration = { temperature: 1, threshold: 0.34 };

/** The fraction of the training images that is rejected. */
const TURNED_AWAY = 0.005;
const BATCH = 1000;

/** @param logProbabilities ten @returns ten probabilities that sum to 1 */
export function tempered(logProbabilities: Float32Array, temperature: number): number[] {
  const logSum = temperedLogSum(logProbabilities, temperature);
  return Array.from(logProbabilities, (value) => Math.exp(value / temperature - logSum));
}

/** At twice this temperature the bundled model separates digits from other drawings no better, at half of it worse. */
const CONFIDENCE_TEMPERATURE = 2;

/** @param logProbabilities ten @returns 0.1, if all digits are equally likely, to 1 */
export function confidenceOf(logProbabilities: Float32Array): number {
  return Math.max(...tempered(logProbabilities, CONFIDENCE_TEMPERATURE));
}

/** The logarithm of the tempered probabilities' normalising sum. */
function temperedLogSum(logProbabilities: Float32Array, temperature: number): number {
  let sum = 0;
  for (const value of logProbabilities) sum += Math.exp(value / temperature);
  return Math.log(sum);
}

/**
 * Finds the temperature at which the labels are likeliest, and the threshold that rejects one image in 200.
 * @param set training images: calibrating on the test set would make the test meaningless
 */
export function calibrate(network: Network, { count, images, labels }: LabelledImages): Calibration {
  const rows: Float32Array[] = [];
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    const all = network.logProbabilities(images.subarray(start * PIXELS, (start + size) * PIXELS), size);
    for (let i = 0; i < size; i++) rows.push(all.subarray(i * CLASSES, (i + 1) * CLASSES));
  }
  const temperature = lowest(0.2, 5, (candidate) =>
    rows.reduce((loss, row, i) => loss + temperedLogSum(row, candidate) - row[labels[i]!]! / candidate, 0),
  );
  const confidences = Float64Array.from(rows, confidenceOf).sort();
  return { temperature: rounded(temperature), threshold: rounded(confidences[Math.floor(TURNED_AWAY * count)]!) };
}

/** Minimises a function with a single minimum by golden-section search, to 1/1000. */
function lowest(from: number, to: number, valueAt: (x: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atC, atD] = [valueAt(c), valueAt(d)];
  while (b - a > 0.001) {
    if (atC < atD) {
      [b, d, atD] = [d, c, atC];
      c = b - ratio * (b - a);
      atC = valueAt(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + ratio * (b - a);
      atD = valueAt(d);
    }
  }
  return (a + b) / 2;
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

const FILE = 'calibration.json';

/**
 * @param path a checkpoint's folder, or a weights file, which has no calibration
 * @returns `defaultCalibration` if there is no calibration beside the weights
 * @throws UserError `checkpoint-damaged` naming the file
 */
export async function readCalibration(path: string): Promise<Calibration> {
  const file = join(path, FILE);
  const damaged = (what: string) => new UserError('checkpoint-damaged', `${file} is damaged: ${what}.`);
  const content: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return defaultCalibration;
      throw damaged(reasonOf(error));
    });
  const { success, data, error } = Calibration.safeParse(content);
  if (!success) throw damaged(`${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`);
  return data;
}

/** @param path a checkpoint's folder, which must exist */
export async function writeCalibration(path: string, calibration: Calibration): Promise<void> {
  await writeFile(join(path, FILE), `${JSON.stringify(calibration)}\n`);
}
