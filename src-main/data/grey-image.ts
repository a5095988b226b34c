import type { GreyImage } from '@contract/contract';

/** @param pixels grey values, row by row; 28 x 28 for a `GreyImage` in the strict sense */
export function toGreyImage(pixels: Uint8Array): GreyImage {
  return Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength).toString('base64');
}

/** @returns 28 x 28 grey values, row by row */
export function fromGreyImage(image: GreyImage): Uint8Array {
  return Buffer.from(image, 'base64');
}
