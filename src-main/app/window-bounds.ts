/** Decides where the window opens. Coordinates and sizes are in device-independent pixels. */

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The remembered bounds; without a position before the first time. */
export interface Bounds {
  x: number | null;
  y: number | null;
  width: number;
  height: number;
}

/** How much of the window's upper edge must be on a display for the window to be dragged. */
const MIN_VISIBLE = 100;

/** @returns the bounds, without their position if no display would show enough of the title bar */
export function usableBounds({ x, y, width, height }: Bounds, workAreas: readonly Rectangle[]): Partial<Rectangle> {
  const isVisible = (area: Rectangle) =>
    x !== null &&
    y !== null &&
    Math.min(x + width, area.x + area.width) - Math.max(x, area.x) >= MIN_VISIBLE &&
    y >= area.y &&
    y + MIN_VISIBLE <= area.y + area.height;
  return x !== null && y !== null && workAreas.some(isVisible) ? { x, y, width, height } : { width, height };
}
