/**
 * Parts writing into digits. Patches of ink that lie above each other belong together as far as the height of a line allows;
 * what lies beside each other is parted, and where it is doubtful the reading that looks more like digits is taken: see
 * R. Casey and E. Lecolinet, "A survey of methods and strategies in character segmentation", 1996 (recognition-based).
 */
import { type Component, componentsOf } from './components';
import type { Box } from './panel';
import type { Bitmap } from './rasterize';

/** What was written in one place: its ink alone, and where its box lies on the page, in the page's pixels. */
export interface Segment {
  box: Box;
  ink: Bitmap;
  /** Of paper around the box, in `ink`. */
  margin: number;
}

/** How much like a digit ink looks: 0 to 1. */
export type Judge = (ink: Bitmap) => number;

/** What counts as ink, of 255. */
const INK = 96;
/** Patches of the same line overlap by this share of the lower one's height. */
const LINE_OVERLAP = 0.4;
/** Patches that overlap sideways by this share of the narrower one belong together. */
const COLUMN_OVERLAP = 0.5;
/** A digit is not higher than this, in heights of the page's usual digit. */
const MAX_HEIGHT = 1.45;
/** Neighbours with a narrower gap, in heights, may be parts of one digit. */
const NEAR = 0.12;
/** What is wider than this, in heights, may be two digits that touch. */
const WIDE = 0.85;
/** What looks this much like one digit is neither cut nor a part of another. */
const SURE = 0.6;
/** Neighbours that may each be a digit are joined only where together they look so much more like one. */
const MIN_GAIN_JOINED = 0.08;
/**
 * A cut has to look so much better than the whole, since far more digits are wide or unclear than touch: through a single
 * stroke, where digits touch slightly, and through several, as also a 0 would be cut. Of MNIST's digits 3 in 2,000 are cut
 * then, and of pairs that touch 9 in 10.
 */
const MIN_GAIN_CUT = { singleStroke: 0.4, severalStrokes: 0.5 };
/** What is cut is two digits, both of about the whole's height. */
const MIN_PART_HEIGHT = 0.65;
/** Patches lower than this share of the usual height are no digits of their own. */
const SMALL = 0.45;

/** Of paper around a digit, in pixels: its strokes may be made wider. */
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

/** The median of those that are at least half as high as the highest: the rest are dots and separate strokes. */
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

/** Joins the parts of a digit that lie above each other: a 5's roof, an 8 of two loops, the bar of a 4. */
function joinStacked(patches: Component[], usual: number, look: (component: Component) => number): Component[] {
  return joinWhile(patches, (a, b) => {
    const both = joined(a, b);
    if (sideways(a, b) < COLUMN_OVERLAP * Math.min(widthOf(a), widthOf(b))) return false;
    if (heightOf(both) <= 1.15 * Math.max(heightOf(a), heightOf(b))) return true;
    const gap = -upright(a, b);
    if (gap > 0.5 * usual) return false;
    const isPart = Math.min(heightOf(a), heightOf(b)) < SMALL * usual;
    if (isPart) return heightOf(both) <= MAX_HEIGHT * usual;
    // Two that are about as high are a column of digits, or one digit in two parts.
    return gap < NEAR * usual && look(both) > Math.min(look(a), look(b));
  });
}

/** Joins what lies close beside each other, where together it looks more like a digit. */
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
      // What is larger now may belong with those that were passed over.
      k = i;
    }
  }
  return list;
}

/** @returns the lines from the top, each from left to right; what is too low for a digit is left out */
function linesOf(digits: Component[], usual: number): Component[][] {
  const isDigit = (digit: Component) => heightOf(digit) >= SMALL * usual;
  const lines: Component[][] = [];
  for (const digit of digits.filter(isDigit).sort((a, b) => a.left - b.left)) {
    // The line's last digit, not the whole line: a line may rise or fall.
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

/** Cuts ink that is too wide, or no digit, where it is thinnest, if what comes of it looks more like digits. */
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

/** Up to seven columns of the middle, those with the least ink first. */
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

/** How many strokes a column cuts through. */
function strokesAt({ pixels }: Component, pageWidth: number, x: number): number {
  const rows = new Set(pixels.filter((at) => at % pageWidth === x));
  return [...rows].filter((at) => !rows.has(at - pageWidth)).length;
}

/** The component's pixels in some columns; null where there are none. */
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

/** The component alone, with the grey edge of its strokes, on paper that is a little larger. */
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
        // Ink next to it that is not its own belongs to the digit beside.
        if (value < INK || (nx === x && ny === y)) ink[(ny - top) * newWidth + nx - left] = value;
      }
    }
  }
  return { width: newWidth, height: newHeight, values: ink };
}
