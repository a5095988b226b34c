import type { GreyImage } from '@contract/contract';
import type { Attachment } from 'svelte/attachments';
import { withNextFrame } from './next-frame';

/** The side of the network's images. */
export const side = 28;

const whiteOnBlack = (value: number, rgba: Uint8ClampedArray): void => {
  rgba.fill(value, 0, 3);
  rgba[3] = 255;
};

/** @returns the image as a PNG file, white on black, as base64 */
export function greyPicture(grey: GreyImage): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side;
  paint(canvas, grey, whiteOnBlack);
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '');
}

/**
 * Paints an image white on black, or nothing if there is none.
 * @param grey grey values, row by row, as base64; as many as the canvas has pixels
 */
export function greyImage(grey: GreyImage | null): Attachment<HTMLCanvasElement> {
  return (canvas) => withNextFrame(() => paint(canvas, grey, whiteOnBlack));
}

/** Paints an image in one colour, with higher values more opaque. See `greyImage`. */
export function heatMap(
  grey: GreyImage,
  [red, green, blue]: readonly [number, number, number],
): Attachment<HTMLCanvasElement> {
  return (canvas) => withNextFrame(() => paint(canvas, grey, (value, rgba) => rgba.set([red, green, blue, value])));
}

function paint(
  canvas: HTMLCanvasElement,
  grey: GreyImage | null,
  colour: (value: number, rgba: Uint8ClampedArray) => void,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  context?.clearRect(0, 0, width, height);
  if (grey === null) return;
  const values = atob(grey);
  const image = new ImageData(width, height);
  for (let i = 0; i < values.length; i++) colour(values.charCodeAt(i), image.data.subarray(4 * i, 4 * i + 4));
  context?.putImageData(image, 0, 0);
}
