import type { GreyImage } from '@contract/contract';

/** Of this window's own making: other programs neither offer nor take it. */
const type = 'application/x-digit-studio-image';

/** Lets an image be dragged to the pad; its canvas, somewhere in what is dragged, goes with the pointer. */
export function dragImage(event: DragEvent, image: GreyImage | null): void {
  if (image === null || event.dataTransfer === null) return;
  event.dataTransfer.setData(type, image);
  event.dataTransfer.effectAllowed = 'copy';
  const canvas = event.currentTarget instanceof HTMLElement ? event.currentTarget.querySelector('canvas') : null;
  if (canvas !== null) event.dataTransfer.setDragImage(canvas, canvas.clientWidth / 2, canvas.clientHeight / 2);
}

/** @returns the image that was dropped; null when something else was */
export function draggedImage(dropped: DataTransfer | null): GreyImage | null {
  const image = dropped?.getData(type) ?? '';
  return image === '' ? null : image;
}
