import { createHash } from 'node:crypto';
import { type LabelledImages, SIDE } from './mnist';
import { idxHeader } from './forms/idx';

/**
 * SHA-256 over train images, train labels, test images and test labels, each as an IDX file of unsigned bytes. For
 * MNIST's own four files it is the checksum of their bytes; the same images in another format have the same checksum.
 */
export function identityOf(sets: LabelledImages[]): string {
  const hash = createHash('sha256');
  for (const { count, images, labels } of sets) {
    hash.update(idxHeader([count, SIDE, SIDE])).update(images);
    hash.update(idxHeader([count])).update(labels);
  }
  return hash.digest('hex');
}
