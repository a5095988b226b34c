/**
 * Segments writing into digits. Patches of ink above each other are joined within the height of a line; patches beside
 * each other are separated. In doubt the segmentation that looks more like digits is chosen: see R. Casey and
 * E. Lecolinet, "A survey of methods and strategies in character segmentation", 1996 (recognition-based).
 */
import { type Component, componentsOf } from './components';
import type { Box } from './panel';
import type { Bitmap } from './rasterize';

/** A segment of writing: its ink, and its bounding box in the page's pixels. */
export interface Segment {
  box: Box;
  ink: Bitmap;
  /** The width of the paper around the box in `ink`, in pixels. */
  margin: number;
}

/** Rates how much ink looks like a digit: 0 to 1. */
export type Judge = (ink: Bitmap) => number;

/** The smallest value that counts as ink, of 255. */
const INK = 96;
/** Patches of a line overlap vertically by at least this fraction of the lower one's height. */
const LINE_OVERLAP = 0.4;
/** Patches that overlap horizontally by this fraction of the narrower one belong together. */
const COLUMN_OVERLAP = 0.5;
/** The maximum height of a digit, in heights of the page's usual digit. */
const MAX_HEIGHT = 1.45;
/** Neighbours with a narrower gap, in heights, may be parts of one digit. */
const NEAR = 0.12;
/** Ink wider than this, in heights, may be two touching digits. */
const WIDE = 0.85;
/** Ink that looks this much like a digit is neither cut nor joined to another. */
const SURE = 0.6;
/** Neighbours that may each be a digit are joined only if together they look this much more like one. */
const MIN_GAIN_JOINED = 0.08;
/**
 * How much better than the whole a cut must look, since far more digits are wide or unclear than touch: through a
 * single stroke, where digits touch slightly, and through several strokes, which would also cut a 0. This cuts 3 in
 * 2,000 MNIST digits, and 9 in 10 touching pairs.
 */
const MIN_GAIN_CUT = { singleStroke: 0.4, severalStrokes: 0.5 };
/** Both parts of a cut must have at least this fraction of the whole's height. */
const MIN_PART_HEIGHT = 0.65;
/** Patches lower than this fraction of the usual height are not digits by themselves. */
const SMALL = 0.45;

/** The margin around a digit in pixels, since its strokes may be widened. */
const MARGIN = 4;

/** @returns the digits in reading order: line by line, from left to right */
export function segmentsOf(page: Bitmap, judge: Judge): Segment[] {
  const patches = componentsOf(page.width, page.height, (at) => page.values[at]! >= INK);
  if (patches.length === 0) return [];
  const usual = usualHeight(patches);
  const look = (component: Component) => judge(inkOf(page, component));
  const digits = joinNear(joinStacked(patches, usual, look), usual, look);
  return linesOf(digits, usual)
    .flatMap((line) => line.flatMap((digit) => cut(digit, page, look)))
    .map((digit) => ({ box: boxOf(digit), ink: inkOf(page, digit), margin: MARGIN }));
}

const heightOf = ({ top, bottom }: Component): number => bottom - top + 1;
const widthOf = ({ left, right }: Component): number => right - left + 1;

function boxOf(component: Component): Box {
  return { left: component.left, top: component.top, width: widthOf(component), height: heightOf(component) };
}

/** The median height of patches at least half as high as the highest: the rest are dots and separate strokes. */
function usualHeight(patches: Component[]): number {
  const heights = patches.map(heightOf).sort((a, b) => a - b);
  const high = heights.filter((height) => height >= heights.at(-1)! / 2);
  return high[Math.floor(high.length / 2)]!;
}

function joined(a: Component, b: Component): Component {
  return {
    pixels: a.pixels.concat(b.pixels),
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

const overlap = (a: [number, number], b: [number, number]): number => Math.min(a[1], b[1]) - Math.max(a[0], b[0]) + 1;
const sideways = (a: Component, b: Component) => overlap([a.left, a.right], [b.left, b.right]);
const upright = (a: Component, b: Component) => overlap([a.top, a.bottom], [b.top, b.bottom]);

/** Joins the parts of a digit that are above each other: the top of a 5, the two loops of an 8, the bar of a 4. */
function joinStacked(patches: Component[], usual: number, look: (component: Component) => number): Component[] {
  return joinWhile(patches, (a, b) => {
    const both = joined(a, b);
    if (sideways(a, b) < COLUMN_OVERLAP * Math.min(widthOf(a), widthOf(b))) return false;
    if (heightOf(both) <= 1.15 * Math.max(heightOf(a), heightOf(b))) return true;
    const gap = -upright(a, b);
    if (gap > 0.5 * usual) return false;
    const isPart = Math.min(heightOf(a), heightOf(b)) < SMALL * usual;
    if (isPart) return heightOf(both) <= MAX_HEIGHT * usual;
    // Two patches of similar height are a column of digits, or one digit in two parts.
    return gap < NEAR * usual && look(both) > Math.min(look(a), look(b));
  });
}

/** Joins patches close beside each other if they look more like a digit together. */
function joinNear(patches: Component[], usual: number, look: (component: Component) => number): Component[] {
  return joinWhile(patches, (a, b) => {
    const gap = -sideways(a, b);
    if (gap > NEAR * usual || upright(a, b) < 0) return false;
    const both = joined(a, b);
    if (widthOf(both) > 1.2 * usual || heightOf(both) > MAX_HEIGHT * usual) return false;
    const isPart = Math.min(heightOf(a), heightOf(b)) < SMALL * usual;
    const apart = Math.min(look(a), look(b));
    return isPart ? look(both) > apart - 0.2 : apart < SURE && look(both) > apart + MIN_GAIN_JOINED;
  });
}

/** Joins pairs until no two belong together. */
function joinWhile(patches: Component[], belong: (a: Component, b: Component) => boolean): Component[] {
  const list = [...patches];
  for (let i = 0; i < list.length; i++) {
    for (let k = i + 1; k < list.length; k++) {
      if (!belong(list[i]!, list[k]!)) continue;
      list[i] = joined(list[i]!, list[k]!);
      list.splice(k, 1);
      // The joined patch may belong with patches that were skipped.
      k = i;
    }
  }
  return list;
}

/** @returns the lines from the top, each from left to right, without patches that are too low for a digit */
function linesOf(digits: Component[], usual: number): Component[][] {
  const isDigit = (digit: Component) => heightOf(digit) >= SMALL * usual;
  const lines: Component[][] = [];
  for (const digit of digits.filter(isDigit).sort((a, b) => a.left - b.left)) {
    // Compared with the line's last digit, not the whole line, since a line may rise or fall.
    const line = lines.find((candidate) => {
      const last = candidate.at(-1)!;
      return upright(last, digit) >= LINE_OVERLAP * Math.min(heightOf(last), heightOf(digit));
    });
    if (line) line.push(digit);
    else lines.push([digit]);
  }
  const middle = (line: Component[]) =>
    line.reduce((sum, { top, bottom }) => sum + (top + bottom) / 2, 0) / line.length;
  return lines.sort((a, b) => middle(a) - middle(b));
}

/** Cuts ink that is too wide for a digit where it is thinnest, if the parts look more like digits. */
function cut(digit: Component, page: Bitmap, look: (component: Component) => number, depth = 2): Component[] {
  if (depth === 0 || widthOf(digit) < WIDE * heightOf(digit)) return [digit];
  const whole = look(digit);
  if (whole >= SURE) return [digit];
  let best: { parts: Component[]; gain: number } | null = null;
  for (const x of thinnestColumns(digit, page.width)) {
    const parts = [partOf(digit, page.width, (px) => px < x), partOf(digit, page.width, (px) => px >= x)];
    if (parts.some((part) => part === null || heightOf(part) < MIN_PART_HEIGHT * heightOf(digit))) continue;
    const minGain = MIN_GAIN_CUT[strokesAt(digit, page.width, x) > 1 ? 'severalStrokes' : 'singleStroke'];
    const gain = Math.min(...parts.map((part) => look(part!))) - whole - minGain;
    if (gain >= 0 && (best === null || gain > best.gain)) best = { parts: parts as Component[], gain };
  }
  if (best === null) return [digit];
  return best.parts.flatMap((part) => cut(part, page, look, depth - 1));
}

/** Up to seven columns in the middle, the ones with the least ink first. */
function thinnestColumns({ pixels, left, right }: Component, pageWidth: number): number[] {
  const counts = new Map<number, number>();
  for (const at of pixels) counts.set(at % pageWidth, (counts.get(at % pageWidth) ?? 0) + 1);
  const width = right - left + 1;
  const middle = Array.from({ length: width }, (_, i) => left + i).slice(
    Math.ceil(0.2 * width),
    Math.floor(0.8 * width),
  );
  const columns: number[] = [];
  for (const x of middle.sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))) {
    if (columns.every((other) => Math.abs(other - x) > 0.06 * width)) columns.push(x);
    if (columns.length === 7) break;
  }
  return columns;
}

/** The number of strokes that a column cuts through. */
function strokesAt({ pixels }: Component, pageWidth: number, x: number): number {
  const rows = new Set(pixels.filter((at) => at % pageWidth === x));
  return [...rows].filter((at) => !rows.has(at - pageWidth)).length;
}

/** The component's pixels in some columns; null if there are none. */
function partOf({ pixels }: Component, pageWidth: number, isIn: (x: number) => boolean): Component | null {
  const kept = pixels.filter((at) => isIn(at % pageWidth));
  if (kept.length === 0) return null;
  const part: Component = { pixels: kept, left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (const at of kept) {
    const [x, y] = [at % pageWidth, Math.floor(at / pageWidth)];
    part.left = Math.min(part.left, x);
    part.right = Math.max(part.right, x);
    part.top = Math.min(part.top, y);
    part.bottom = Math.max(part.bottom, y);
  }
  return part;
}

/** The component alone, with the grey edges of its strokes and a margin. */
function inkOf({ width, height, values }: Bitmap, component: Component): Bitmap {
  const [left, top] = [component.left - MARGIN, component.top - MARGIN];
  const [newWidth, newHeight] = [widthOf(component) + 2 * MARGIN, heightOf(component) + 2 * MARGIN];
  const ink = new Uint8Array(newWidth * newHeight);
  for (const at of component.pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let ny = y - 1; ny <= y + 1; ny++) {
      for (let nx = x - 1; nx <= x + 1; nx++) {
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        const value = values[ny * width + nx]!;
        // Adjacent ink that is not its own belongs to a neighbouring digit.
        if (value < INK || (nx === x && ny === y)) ink[(ny - top) * newWidth + nx - left] = value;
      }
    }
  }
  return { width: newWidth, height: newHeight, values: ink };
}
