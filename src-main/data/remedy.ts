import type { ImageChoice, ImageRemedy } from '@contract/schemas';
import { type LabelledImages, PIXELS, SIDE } from './mnist';

/** @returns what a choice changes of images; null for nothing */
export function remedyOf(choice: ImageChoice | null): ImageRemedy | null {
  return choice === 'as-they-are' ? null : choice;
}

/** @returns the same set, its images changed by the remedy; the set itself where there is none */
export function remedied({ count, images, labels }: LabelledImages, remedy: ImageRemedy | null = null): LabelledImages {
  if (remedy === null) return { count, images, labels };
  return { count, images: remedy === 'inverted' ? inverted(images) : transposed(images), labels };
}

const inverted = (images: Uint8Array) => images.map((value) => 255 - value);

/** Rows become columns, as EMNIST has them. */
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
