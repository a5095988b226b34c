import type { GreyImage } from '@contract/contract';
import { UserError } from '../base/errors';
import { toGreyImage } from '../data/grey-image';
import { type LabelledImages, PIXELS } from '../data/mnist';

/** @throws UserError `invalid-argument` naming the index if it is too large */
export function testImages({ count, images }: LabelledImages, indices: number[]): GreyImage[] {
  return indices.map((index) => {
    if (index >= count)
      throw new UserError(
        'invalid-argument',
        `The test set has ${count.toLocaleString('en')} images; there is no image ${index.toLocaleString('en')}.`,
      );
    return toGreyImage(images.subarray(index * PIXELS, (index + 1) * PIXELS));
  });
}
