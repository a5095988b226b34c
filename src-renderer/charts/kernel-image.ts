import type { Attachment } from 'svelte/attachments';
import { withNextFrame } from './next-frame';

/**
 * Paints a kernel: grey is 0, brighter is more, darker is less.
 * @param values row by row; as many as the canvas has pixels
 * @param largest the absolute value that is white or black
 */
export function kernelImage(values: ArrayLike<number>, largest: number): Attachment<HTMLCanvasElement> {
  return (canvas) =>
    withNextFrame(() => {
      const { width, height } = canvas;
      const image = new ImageData(width, height);
      for (let i = 0; i < values.length; i++) {
        const grey = 128 + (127 * values[i]!) / largest;
        image.data.set([grey, grey, grey, 255], 4 * i);
      }
      canvas.getContext('2d')?.putImageData(image, 0, 0);
    });
}
