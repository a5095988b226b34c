import type { GreyImage } from '@contract/contract';

/** @param pixels 28 x 28 grey values, row by row */
export function toGreyImage(pixels: Uint8Array): GreyImage {
  return Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength).toString('base64');
}
