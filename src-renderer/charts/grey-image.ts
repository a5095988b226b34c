import type { Attachment } from 'svelte/attachments';

/** The side of the network's images. */
export const side = 28;

/** Paints 28 x 28 grey values, row by row, white on black; nothing when there are none. */
export function greyImage(pixels: Uint8Array | null): Attachment<HTMLCanvasElement> {
  return (canvas) => {
    const context = canvas.getContext('2d');
    context?.clearRect(0, 0, side, side);
    if (pixels === null) return;
    const image = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      image.data.fill(pixels[i] ?? 0, 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    }
    context?.putImageData(image, 0, 0);
  };
}
