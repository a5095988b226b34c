/**
 * Calibrates a network's probabilities. With a temperature, about 90% of the answers given with 90% are right (C. Guo et
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
import { isPlainJavaScript } from '../network/create-network';
import type { Network } from '../network/network';
import { evaluateInTurns, mostLikely } from '../training/evaluate';

export const Calibration = z.strictObject({
  /** The log-probabilities are divided by it; above 1 the network becomes less sure, below 1 surer. */
  temperature: z.number().positive(),
  /** Below this confidence the likeliest digit is rejected, see `confidenceOf`. */
  threshold: z.number().min(0).max(1),
});
export type Calibration = z.infer<typeof Calibration>;

/** Used for networks that are not calibrated yet, or have learned too little. */
export const defaultCalibration: Calibration = { temperature: 1, threshold: 0.34 };

/**
 * The share of the correctly read training images that is rejected. The bundled model also learned from drawings that
 * are not digits. A network that did not must reject more to notice such drawings.
 */
export const REJECTED = { bundled: 0.004, own: 0.01 };

/** @param logProbabilities ten @returns ten probabilities that sum to 1 */
export function tempered(logProbabilities: Float32Array, temperature: number): number[] {
  const logSum = temperedLogSum(logProbabilities, temperature);
  return Array.from(logProbabilities, (value) => Math.exp(value / temperature - logSum));
}

/** At twice this temperature the bundled model separates digits from other drawings no better, and at half of it, worse. */
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
 * Finds the temperature at which the labels are likeliest, and the threshold that rejects the given share of the images
 * that are read correctly.
 * @param logProbabilities count x 10, of training images: calibrating on the test set would make the test meaningless
 * @param rejected a share, 0 to 1
 * @returns `defaultCalibration` if fewer than half of the images are read right
 */
export function calibrate(logProbabilities: Float32Array, labels: Uint8Array, rejected: number): Calibration {
  const rows = Array.from(labels, (_, i) => logProbabilities.subarray(i * CLASSES, (i + 1) * CLASSES));
  const right = rows.filter((row, i) => mostLikely(row) === labels[i]);
  if (right.length < rows.length / 2 || !logProbabilities.every(Number.isFinite)) return defaultCalibration;
  const temperature = lowest(0.2, 5, (candidate) =>
    rows.reduce((loss, row, i) => loss + temperedLogSum(row, candidate) - row[labels[i]!]! / candidate, 0),
  );
  const confidences = Float64Array.from(right, confidenceOf).sort();
  const threshold = confidences[Math.floor(rejected * confidences.length)]!;
  return { temperature: rounded(temperature), threshold: rounded(threshold) };
}

/** Enough for a threshold that varies by a quarter of `REJECTED.own`. */
const IMAGES = 2000;
/** Small, so that other work waits for 10 ms at most. */
const BATCH = 250;

/**
 * Calibrates a person's own network, yielding to other work after each batch. It takes about 40 ms with TensorFlow's
 * native library, 0.3 s with WebAssembly.
 * @param train the training images, of which 2,000, evenly spread, are read
 * @returns null when it is no longer wanted, or in plain JavaScript, where it would take a minute
 */
export async function calibrateInTurns(
  network: Network,
  train: LabelledImages,
  isWanted: () => boolean,
): Promise<Calibration | null> {
  if (isPlainJavaScript()) return null;
  const images = spread(train, Math.min(IMAGES, train.count));
  const evaluation = await evaluateInTurns(network, images, BATCH, isWanted);
  return evaluation && calibrate(evaluation.logProbabilities, images.labels, REJECTED.own);
}

/** Copies `count` images, evenly spread over the set. */
function spread(set: LabelledImages, count: number): LabelledImages {
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const index = Math.floor((i * set.count) / count);
    images.set(set.images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
    labels[i] = set.labels[index]!;
  }
  return { count, images, labels };
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
 * @returns null if there is no calibration beside the weights
 * @throws UserError `checkpoint-damaged` naming the file
 */
export async function readCalibration(path: string): Promise<Calibration | null> {
  const file = join(path, FILE);
  const damaged = (what: string) => new UserError('checkpoint-damaged', `${file} is damaged: ${what}.`);
  const content: unknown = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw damaged(reasonOf(error));
    });
  if (content === null) return null;
  const { success, data, error } = Calibration.safeParse(content);
  if (!success) throw damaged(`${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`);
  return data;
}

/** @param path a checkpoint's folder, which must exist */
export async function writeCalibration(path: string, calibration: Calibration): Promise<void> {
  await writeFile(join(path, FILE), `${JSON.stringify(calibration)}\n`);
}
