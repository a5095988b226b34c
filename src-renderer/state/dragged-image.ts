import type { GreyImage } from '@contract/contract';

/** A private type, which other programs neither offer nor accept. */
const type = 'application/x-digit-studio-image';

/** Lets an image be dragged to the pad; the canvas inside the dragged element follows the pointer. */
export function dragImage(event: DragEvent, image: GreyImage | null): void {
  if (image === null || event.dataTransfer === null) return;
  event.dataTransfer.setData(type, image);
  event.dataTransfer.effectAllowed = 'copy';
  const canvas = event.currentTarget instanceof HTMLElement ? event.currentTarget.querySelector('canvas') : null;
  if (canvas !== null) event.dataTransfer.setDragImage(canvas, canvas.clientWidth / 2, canvas.clientHeight / 2);
}

/** @returns the dropped image; null if something else was dropped */
export function draggedImage(dropped: DataTransfer | null): GreyImage | null {
  const image = dropped?.getData(type) ?? '';
  return image === '' ? null : image;
}
