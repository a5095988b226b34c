/** Converts arrays of numbers to images and labels, and notes what had to be changed. */
import { Refusal } from '../../base/refusal';
import { CLASSES, PIXELS, SIDE } from '../mnist';
import { type NumberArray, inWords } from './number-array';

/** The content, and notes for people about how it was read. */
export interface Read<T> {
  content: T;
  notice: string | null;
}

/**
 * @param array count x 28 x 28, possibly with another dimension of 1, or count x 784; values 0 to 255 or 0 to 1
 * @returns count x 28 x 28 grey values
 * @throws Refusal saying what was found instead
 */
export function imagesOf({ dims, values }: NumberArray): Read<Uint8Array> {
  const [count = 0, ...rest] = dims;
  const sides = rest.length === 3 ? rest.filter((size) => size !== 1) : rest;
  if (dims.length === 1 || (dims.length === 2 && rest[0]! <= CLASSES)) {
    throw new Refusal(
      `it contains labels (${inWords(dims)} values) instead of images of ${SIDE} x ${SIDE} pixels. The names of images and labels may be swapped`,
    );
  }
  const isFlat = sides.length === 1 && sides[0] === PIXELS;
  if (!isFlat && (sides.length !== 2 || sides[0] !== SIDE || sides[1] !== SIDE)) {
    throw new Refusal(`its images have ${inWords(sides)} pixels instead of ${SIDE} x ${SIDE}`);
  }
  if (count === 0) throw new Refusal('it contains no images');
  return toGrey(values);
}

function toGrey(values: NumberArray['values']): Read<Uint8Array> {
  // Usual, and found at the first bright pixel. Looking at all pixels takes a fifth of a second.
  if (values instanceof Uint8Array && values.some((value) => value > 1)) return { content: values, notice: null };
  const { min, max } = rangeOf(values);
  if (!(min >= 0 && max <= 255)) {
    throw new Refusal(
      `its pixels range from ${min.toLocaleString('en')} to ${max.toLocaleString('en')} instead of 0 to 255 or 0 to 1`,
    );
  }
  // All-black images do not reveal the range.
  if (max <= 1 && max > 0) {
    return {
      content: roundedTimes(255, values),
      notice: 'has pixels from 0 to 1, which were multiplied by 255',
    };
  }
  return { content: roundedTimes(1, values), notice: null };
}

/** A loop, since `Uint8Array.from` takes a minute for the pixels of 70,000 images. */
function roundedTimes(factor: number, values: NumberArray['values']): Uint8Array {
  const rounded = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) rounded[i] = Math.round(factor * values[i]!);
  return rounded;
}

/**
 * @param array count labels, or one row per image: the label and other metadata (QMNIST), or a column per digit
 *   (one-hot)
 * @throws Refusal saying what was found instead
 */
export function labelsOf({ dims, values }: NumberArray): Read<Uint8Array> {
  const [count = 0, columns = 1] = dims;
  if (dims.length > 2 || columns > CLASSES) {
    throw new Refusal(
      `it contains images (${inWords(dims)} values) instead of labels. The names of images and labels may be swapped`,
    );
  }
  const labels = Float64Array.from({ length: count }, (_, i) => {
    const row = values.subarray(i * columns, (i + 1) * columns);
    return columns === CLASSES ? row.indexOf(1) : row[0]!;
  });
  const { min, max } = rangeOf(labels);
  if (min === 1 && max === CLASSES) {
    const content = Uint8Array.from(labels, (label) => label % CLASSES);
    return { content, notice: 'has labels from 1 to 10; label 10 was read as the digit 0' };
  }
  const wrong = labels.findIndex((label) => !(label >= 0 && label < CLASSES && Number.isInteger(label)));
  if (wrong !== -1) {
    throw new Refusal(
      `it gives image ${wrong.toLocaleString('en')} the label ${labels[wrong]}. Its labels range from ${min} to ${max}, but only datasets with ten classes, 0 to 9, can be used`,
    );
  }
  return { content: Uint8Array.from(labels), notice: null };
}

function rangeOf(values: ArrayLike<number>): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) return { min: NaN, max: NaN };
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
