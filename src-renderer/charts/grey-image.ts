import type { GreyImage } from '@contract/contract';
import type { Attachment } from 'svelte/attachments';

/** The side of the network's images. */
export const side = 28;

/** Paints an image white on black; nothing when there is none. */
export function greyImage(grey: GreyImage | null): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const context = canvas.getContext('2d');
    context?.clearRect(0, 0, side, side);
    if (grey === null) return;
    const pixels = atob(grey);
    const image = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      image.data.fill(pixels.charCodeAt(i), 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    }
    context?.putImageData(image, 0, 0);
  };
}
