/** Remembers the pen's width from one start to the next. */
import { penWidths } from './drawing.svelte';

const key = 'pen-width';
const defaultWidth = 20;

/** @returns the stored width, in pad units; the default if none is stored or it is invalid */
export function loadPenWidth(storage: Pick<Storage, 'getItem'>): number {
  const width = Number(storage.getItem(key));
  return width >= penWidths.min && width <= penWidths.max ? width : defaultWidth;
}

export function storePenWidth(storage: Pick<Storage, 'setItem'>, width: number): void {
  storage.setItem(key, String(width));
}
