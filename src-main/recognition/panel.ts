/**
 * Finds a panel: a rectangle of another brightness on the page with something in it, such as the plot of an image, a
 * dark square with a light digit on a white page, or a sheet of paper on a table. Its writing is independent of what
 * surrounds it.
 */
import { type Component, componentsOf, longerSide } from './components';
import { type Field, otsu, shrunk } from './picture';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** In pixels; enough to find a rectangle. */
const MAX_SIDE = 160;
/** As fractions of the page's area. */
const MIN_AREA = 0.06;
const MAX_AREA = 0.92;
/** The fraction of its bounding box that a rectangle, with its holes, covers: less than 1 if it is slightly tilted. */
const MIN_FILL = 0.93;
/** The fraction of the rectangle that its content covers. */
const MIN_CONTENT = 0.01;
const MAX_CONTENT = 0.6;
/** The edge of the rectangle may be soft or a line and is cut off: in pixels, and as a fraction of the side. */
const INSET = 2;
const INSET_SHARE = 0.04;

/** @param page grey values of 0 to 255 @returns the largest panel's inside, in the page's pixels */
export function findPanel(page: Field): Box | null {
  const small = shrunk(page, MAX_SIDE);
  const { threshold } = otsu(small.values, 255);
  const { width, height, values } = small;
  const panels = [
    ...componentsOf(width, height, (at) => values[at]! >= threshold),
    ...componentsOf(width, height, (at) => values[at]! < threshold),
  ].filter((component) => isPanel(component, width, height));
  const largest = panels.reduce<Component | null>(
    (a, b) => (a !== null && a.pixels.length >= b.pixels.length ? a : b),
    null,
  );
  if (largest === null) return null;
  const scale = Math.ceil(Math.max(page.width, page.height) / MAX_SIDE);
  const inset = Math.max(INSET, Math.ceil(INSET_SHARE * longerSide(largest)));
  const left = (largest.left + inset) * scale;
  const top = (largest.top + inset) * scale;
  return {
    left,
    top,
    width: Math.min(page.width, (largest.right + 1 - inset) * scale) - left,
    height: Math.min(page.height, (largest.bottom + 1 - inset) * scale) - top,
  };
}

function isPanel(component: Component, width: number, height: number): boolean {
  const [boxWidth, boxHeight] = [component.right - component.left + 1, component.bottom - component.top + 1];
  const area = boxWidth * boxHeight;
  if (area < MIN_AREA * width * height || area > MAX_AREA * width * height) return false;
  if (Math.min(boxWidth, boxHeight) < Math.max(6 * INSET, 4 * INSET_SHARE * Math.max(boxWidth, boxHeight)))
    return false;
  const content = 1 - component.pixels.length / area;
  if (content < MIN_CONTENT || content > MAX_CONTENT) return false;
  return coveredShare(component, width) >= MIN_FILL;
}

/** The fraction of its box that lies between the component's outermost pixels, both in its row and in its column. */
function coveredShare({ pixels, left, top, right, bottom }: Component, width: number): number {
  const [boxWidth, boxHeight] = [right - left + 1, bottom - top + 1];
  const rows = Array.from({ length: boxHeight }, () => ({ first: Infinity, last: -Infinity }));
  const columns = Array.from({ length: boxWidth }, () => ({ first: Infinity, last: -Infinity }));
  for (const at of pixels) {
    const x = (at % width) - left;
    const y = Math.floor(at / width) - top;
    const [row, column] = [rows[y]!, columns[x]!];
    row.first = Math.min(row.first, x);
    row.last = Math.max(row.last, x);
    column.first = Math.min(column.first, y);
    column.last = Math.max(column.last, y);
  }
  let covered = 0;
  rows.forEach((row, y) =>
    columns.forEach((column, x) => {
      if (x >= row.first && x <= row.last && y >= column.first && y <= column.last) covered++;
    }),
  );
  return covered / (boxWidth * boxHeight);
}
