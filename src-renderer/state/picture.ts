import type { GreyImage, GreyPicture } from '@contract/schemas';
import { RequestError } from '../bridge';

/** More pixels along a side give no more information about a digit. */
const maxSide = 512;

/** The side of the network's images. */
const imageSide = 28;

/** A picture that contains a digit. */
export interface Picture {
  /** For the pad. */
  image: CanvasImageSource & { width: number; height: number };
  /** For the network. */
  grey: GreyPicture;
}

/**
 * Decodes a PNG, JPEG, WebP, GIF, BMP or AVIF file; transparent pixels become white.
 * @throws RequestError `picture-unreadable`
 */
export async function readPicture(file: Blob): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch(() => {
    const name = file instanceof File ? file.name : 'The pasted picture';
    throw new RequestError('picture-unreadable', `${name} is not a picture that can be read. Use a PNG or JPEG file.`);
  });
  const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(scale * bitmap.width));
  const height = Math.max(1, Math.round(scale * bitmap.height));
  const image = new OffscreenCanvas(width, height);
  const context = image.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { image, grey: { width, height, pixels: greyOf(context.getImageData(0, 0, width, height)) } };
}

/** An image of 28 x 28 grey values, light on dark, as a picture. */
export function pictureOf(image: GreyImage): Picture {
  const canvas = new OffscreenCanvas(imageSide, imageSide);
  const data = new ImageData(imageSide, imageSide);
  const values = atob(image);
  for (let i = 0; i < values.length; i++) {
    data.data.fill(values.charCodeAt(i), 4 * i, 4 * i + 3);
    data.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')!.putImageData(data, 0, 0);
  return { image: canvas, grey: { width: imageSide, height: imageSide, pixels: image } };
}

/** @returns the luma according to ITU-R BT.601, one byte per pixel, as base64 */
function greyOf({ data }: ImageData): string {
  let bytes = '';
  for (let i = 0; i < data.length; i += 4) {
    bytes += String.fromCharCode(Math.round(0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!));
  }
  return btoa(bytes);
}
