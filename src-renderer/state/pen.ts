/** Remembers the pen's width from one start to the next. */
import { penWidths } from './drawing.svelte';

const key = 'pen-width';
const defaultWidth = 20;

/** @returns the width of the last time, in pad units; the usual one where none is stored, or none that can be */
export function loadPenWidth(storage: Pick<Storage, 'getItem'>): number {
  const width = Number(storage.getItem(key));
  return width >= penWidths.min && width <= penWidths.max ? width : defaultWidth;
}

export function storePenWidth(storage: Pick<Storage, 'setItem'>, width: number): void {
  storage.setItem(key, String(width));
}
