/** Notices datasets that a network for MNIST cannot read for a reason that is easily put right. */
import type { ImageRemedy } from '@contract/schemas';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { remedied } from '../data/remedy';
import type { Network } from '../network/network';
import { mostLikely } from '../training/evaluate';

const SAMPLE_SIZE = 200;

/** Of fewer images, chance reads too many. */
const MIN_SAMPLE_SIZE = 10;

/** What a remedy must at least make readable, and by how much more; other data than digits stay far below. */
const MIN_FRACTION_READ = 0.6;
const MIN_FRACTION_GAINED = 0.2;

/** For labels that stand for other digits: how many images agree on which, and of how many labels. */
const MIN_FRACTION_AGREED = 0.8;
const MIN_LABELS = 5;

export interface DataCheck {
  /** How many images were looked at. */
  total: number;
  /** How many of them the network reads as they are labelled. */
  asTheyAre: number;
  inverted: number;
  transposed: number;
  /** What makes far more of them readable; null where nothing does, and where nothing is wrong. */
  remedy: ImageRemedy | null;
  /** For each digit that others are labelled as: the label and the digit. */
  otherLabels: { label: number; digit: number }[];
}

/**
 * Reads some of the images as they are, inverted and transposed.
 * @param network one that was trained on MNIST
 * @param set a dataset's images without any remedy
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
  const remedy = !helps ? null : inverted >= transposed ? 'inverted' : 'transposed';
  return { total, asTheyAre, inverted, transposed, remedy, otherLabels: otherLabelsOf(readings, sample.labels) };
}

/** For people: what is noticed, with numbers; null where nothing is. */
export function describeCheck({
  total,
  asTheyAre,
  inverted,
  transposed,
  remedy,
  otherLabels,
}: DataCheck): string | null {
  if (remedy !== null) {
    return `The images seem to be ${remedy}: of ${total}, the built-in network reads ${asTheyAre} as they are, ${inverted} inverted, ${transposed} transposed.`;
  }
  if (otherLabels.length === 0) return null;
  const words = otherLabels.map(({ label, digit }) => `${label} for ${digit}`).join(', ');
  return `The labels seem to stand for other digits: ${words}. Of ${total} images, the built-in network reads ${asTheyAre} as they are labelled.`;
}

/** Images from all over the set, which may be sorted. */
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

/** Where images of nearly each label are all read as one digit, and those digits are not the labels. */
function otherLabelsOf(readings: number[], labels: Uint8Array): DataCheck['otherLabels'] {
  const counts = Array.from({ length: CLASSES }, () => Array<number>(CLASSES).fill(0));
  readings.forEach((digit, i) => counts[labels[i]!]![digit]!++);
  const seen = counts.flatMap((row, label) =>
    row.some((count) => count > 0) ? [{ label, digit: mostLikely(row), agreed: Math.max(...row) }] : [],
  );
  const agreed = seen.reduce((sum, entry) => sum + entry.agreed, 0);
  const isOneToOne = new Set(seen.map(({ digit }) => digit)).size === seen.length;
  if (seen.length < MIN_LABELS || !isOneToOne || agreed < MIN_FRACTION_AGREED * readings.length) return [];
  return seen.filter(({ label, digit }) => label !== digit).map(({ label, digit }) => ({ label, digit }));
}
