import type { ImageChoice, ImageRemedy, Relabelling } from '@contract/schemas';
import { type LabelledImages, PIXELS, SIDE } from './mnist';

/** @returns how a choice changes the images; null if it does not */
export function remedyOf(choice: ImageChoice | null): ImageRemedy | null {
  return choice === 'as-they-are' ? null : choice;
}

/** @returns the set with its images or labels changed by the remedy, if any */
export function remedied({ count, images, labels }: LabelledImages, remedy: ImageRemedy | null = null): LabelledImages {
  if (remedy === null) return { count, images, labels };
  if (remedy === 'inverted') return { count, images: inverted(images), labels };
  if (remedy === 'transposed') return { count, images: transposed(images), labels };
  const digits = digitsOf(remedy);
  return { count, images, labels: labels.map((label) => digits[label]!) };
}

/** @returns the digit of each label */
function digitsOf(relabelling: Relabelling): number[] {
  return Array.from(relabelling.slice('labels-'.length), Number);
}

const inverted = (images: Uint8Array) => images.map((value) => 255 - value);

/** Swaps rows and columns, which are swapped in EMNIST's files. */
function transposed(images: Uint8Array): Uint8Array {
  const result = new Uint8Array(images.length);
  for (let start = 0; start < images.length; start += PIXELS) {
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) {
        result[start + column * SIDE + row] = images[start + row * SIDE + column]!;
      }
    }
  }
  return result;
}
