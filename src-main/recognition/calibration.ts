/**
 * How much a network's probabilities are worth: they are tempered so that of the answers given with 90 % about 90 %
 * are right (C. Guo et al., "On calibration of modern neural networks", 2017), and where even the likeliest digit is
 * too unlikely, what was drawn is taken for no digit (D. Hendrycks and K. Gimpel, "A baseline for detecting
 * misclassified and out-of-distribution examples in neural networks", 2017). The latter is seen better at a higher
 * temperature (S. Liang, Y. Li and R. Srikant, "Enhancing the reliability of out-of-distribution image detection in
 * neural networks", 2018).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { UserError, reasonOf } from '../base/errors';
import type { Network } from '../network/network';

export const Calibration = z.strictObject({
  /** What the log-probabilities are divided by; more than 1 makes the network less sure, less than 1 surer. */
  temperature: z.number().positive(),
  /** Below this confidence the likeliest digit is not answered; see `confidenceOf`. */
  threshold: z.number().min(0).max(1),
});
export type Calibration = z.infer<typeof Calibration>;

/** For networks that were not calibrated: a person's own runs, and opened weights. */
export const defaultCalibration: Calibration = { temperature: 1, threshold: 0.34 };

/** The share of the training images that are turned away. */
const TURNED_AWAY = 0.005;
const BATCH = 1000;

/** @param logProbabilities ten @returns ten probabilities that sum to 1 */
export function tempered(logProbabilities: Float32Array, temperature: number): number[] {
  const logSum = temperedLogSum(logProbabilities, temperature);
  return Array.from(logProbabilities, (value) => Math.exp(value / temperature - logSum));
}

/** At twice this temperature the bundled model tells digits from other things no better, at half of it worse. */
const CONFIDENCE_TEMPERATURE = 2;

/** @param logProbabilities ten @returns from 0.1, where every digit is as likely as the others, to 1 */
export function confidenceOf(logProbabilities: Float32Array): number {
  return Math.max(...tempered(logProbabilities, CONFIDENCE_TEMPERATURE));
}

/** The logarithm of what the tempered probabilities are to be divided by. */
function temperedLogSum(logProbabilities: Float32Array, temperature: number): number {
  let sum = 0;
  for (const value of logProbabilities) sum += Math.exp(value / temperature);
  return Math.log(sum);
}

/**
 * Finds the temperature at which the labels are likeliest, and the threshold that turns away one image in 200.
 * @param set training images: a test set that was calibrated on would tell nothing any more
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

/** Where a function with one valley is lowest (golden-section search), to 1/1000. */
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
 * @param path a checkpoint's folder, or a weights file, which has none
 * @returns `defaultCalibration` where there is no calibration beside its weights
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
