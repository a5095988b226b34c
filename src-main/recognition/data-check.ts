/** Detects datasets that a network for MNIST cannot read for a reason that is easy to correct. */
import type { ImageRemedy, Relabelling } from '@contract/schemas';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { remedied } from '../data/remedy';
import type { Network } from '../network/network';
import { mostLikely } from '../training/evaluate';

const SAMPLE_SIZE = 200;

/** With fewer images, too many are read correctly by chance. */
const MIN_SAMPLE_SIZE = 10;

/** The fraction that a remedy must make readable, and the gain needed; data other than digits stay far below. */
const MIN_FRACTION_READ = 0.6;
const MIN_FRACTION_GAINED = 0.2;

/**
 * For labels that stand for other digits: the fraction of images that must agree, for how many labels, and of how many
 * images each. A single image of a label agrees with itself.
 */
const MIN_FRACTION_AGREED = 0.8;
const MIN_LABELS = 5;
const MIN_IMAGES_PER_LABEL = 3;

export interface DataCheck {
  /** The number of images checked. */
  total: number;
  /** How many of them the network reads as labelled without changes. */
  asTheyAre: number;
  inverted: number;
  transposed: number;
  /** The change that makes far more of them readable; null if there is none or nothing is wrong. */
  remedy: ImageRemedy | null;
  /** Labels that stand for another digit. */
  otherLabels: { label: number; digit: number }[];
}

/**
 * Reads a sample of the images unchanged, inverted and transposed.
 * @param network a network trained on MNIST
 * @param set a dataset's unchanged images
 */
export function checkData(network: Network, set: LabelledImages): DataCheck {
  const sample = sampleOf(set);
  const readings = readingsOf(network, sample);
  const right = (values: number[]) => values.filter((digit, i) => digit === sample.labels[i]).length;
  const asTheyAre = right(readings);
  const inverted = right(readingsOf(network, remedied(sample, 'inverted')));
  const transposed = right(readingsOf(network, remedied(sample, 'transposed')));
  const total = sample.count;
  const best = Math.max(inverted, transposed);
  const helps =
    total >= MIN_SAMPLE_SIZE && best >= MIN_FRACTION_READ * total && best - asTheyAre >= MIN_FRACTION_GAINED * total;
  const change = !helps ? null : inverted >= transposed ? ('inverted' as const) : ('transposed' as const);
  const digits = digitsOfLabels(readings, sample.labels);
  const otherLabels = digits.flatMap((digit, label) => (digit === null || digit === label ? [] : [{ label, digit }]));
  const remedy = change ?? (otherLabels.length > 0 ? relabelling(digits) : null);
  return { total, asTheyAre, inverted, transposed, remedy, otherLabels };
}

/** Describes the findings to people, with numbers; null if there are none. */
export function describeCheck({
  total,
  asTheyAre,
  inverted,
  transposed,
  remedy,
  otherLabels,
}: DataCheck): string | null {
  if (remedy === null) return null;
  if (remedy === 'inverted' || remedy === 'transposed') {
    return `The images seem to be ${remedy}. Of ${total} images, the built-in network reads ${asTheyAre} correctly as they are, ${inverted} inverted, and ${transposed} transposed.`;
  }
  const words = otherLabels.map(({ label, digit }) => `${label} for ${digit}`).join(', ');
  return `The labels seem to stand for other digits: ${words}. Of ${total} images, the built-in network reads ${asTheyAre} as labelled.`;
}

/** Samples images from the whole set, since it may be sorted. */
function sampleOf({ count, images, labels }: LabelledImages): LabelledImages {
  const size = Math.min(count, SAMPLE_SIZE);
  const sample = { count: size, images: new Uint8Array(size * PIXELS), labels: new Uint8Array(size) };
  for (let i = 0; i < size; i++) {
    const index = Math.floor((i * count) / size);
    sample.images.set(images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
    sample.labels[i] = labels[index]!;
  }
  return sample;
}

function readingsOf(network: Network, { count, images }: LabelledImages): number[] {
  const logProbabilities = network.logProbabilities(images, count);
  return Array.from({ length: count }, (_, i) => mostLikely(logProbabilities.subarray(i * CLASSES, (i + 1) * CLASSES)));
}

/** Returns the digit that each label's images are consistently read as; null for labels without images. Empty if unclear. */
function digitsOfLabels(readings: number[], labels: Uint8Array): (number | null)[] {
  const counts = Array.from({ length: CLASSES }, () => Array<number>(CLASSES).fill(0));
  readings.forEach((digit, i) => counts[labels[i]!]![digit]!++);
  const digits = counts.map((row) => (row.some((count) => count > 0) ? mostLikely(row) : null));
  const seen = digits.filter((digit) => digit !== null);
  const agreed = counts.reduce((sum, row) => sum + Math.max(...row), 0);
  const isOneToOne = new Set(seen).size === seen.length;
  const areEnough = seen.length >= MIN_LABELS && readings.length >= MIN_IMAGES_PER_LABEL * seen.length;
  return areEnough && isOneToOne && agreed >= MIN_FRACTION_AGREED * readings.length ? digits : [];
}

/** Gives labels without images the digits that are left, their own if possible. */
function relabelling(digits: (number | null)[]): Relabelling {
  const left = Array.from(digits.keys()).filter((digit) => !digits.includes(digit));
  const own = digits.map((digit, label) => digit ?? (left.includes(label) ? label : null));
  const others = left.filter((digit) => !own.includes(digit));
  return `labels-${own.map((digit) => digit ?? others.shift()!).join('')}`;
}
