import type { GreyImage } from '@contract/contract';
import { UserError } from '../base/errors';
import { toGreyImage } from '../data/grey-image';
import { type LabelledImages, PIXELS } from '../data/mnist';

/** @throws UserError `invalid-argument` naming an index that the set does not have */
export function testImages({ count, images }: LabelledImages, indices: number[]): GreyImage[] {
  return indices.map((index) => {
    if (index >= count)
      throw new UserError('invalid-argument', `The test set has ${count} images and no index ${index}.`);
    return toGreyImage(images.subarray(index * PIXELS, (index + 1) * PIXELS));
  });
}
