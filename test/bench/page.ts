/** Makes pages with lines of several separate handwritten digits. */
import { rngOf } from '../../src-main/synthesis/rng';
import type { Picture } from '../../src-main/recognition/picture';
import type { Bitmap } from '../../src-main/recognition/rasterize';

export interface WrittenDigit {
  label: number;
  /** Light on dark, of any size. */
  ink: Bitmap;
}

export interface Page {
  picture: Picture;
  digits: { label: number; box: { x: number; y: number; width: number; height: number } }[];
  /** The labels, line by line from left to right. */
  text: string;
}

const MAX_LINES = 3;
/** The usual height of a page's digits, in pixels. */
const HEIGHTS = [22, 90] as const;
/** The following are in units of that height. */
const SIZES = [0.82, 1.18] as const;
const GAPS = [0.15, 0.9] as const;
const LINE_DISTANCE = [1.5, 2.2] as const;

/**
 * @param next returns the next digit to write
 * @returns 2 to 12 digits in up to three lines, with one spacing, one paper and one pen; one page in five is light on dark
 */
export function makePage(
  seed: number,
  index: number,
  next: (whole: (min: number, max: number) => number) => WrittenDigit,
): Page {
  const rng = rngOf({ seed, purpose: 'samples', index });
  const count = rng.whole(2, 12);
  const lines = rng.whole(1, Math.min(MAX_LINES, Math.ceil(count / 2)));
  const height = rng.between(...HEIGHTS);
  const gap = rng.between(...GAPS);
  const lineDistance = rng.between(...LINE_DISTANCE);
  const slope = rng.normal(0.02);
  const placed: { digit: Cropped; x: number; y: number; scale: number }[] = [];
  for (let line = 0, left = count; line < lines; line++) {
    const inLine = Math.ceil(left / (lines - line));
    left -= inLine;
    let x = height * rng.between(0.4, 1.2);
    for (let i = 0; i < inLine; i++) {
      const digit = cropped(next((min, max) => rng.whole(min, max)));
      const size = height * rng.between(...SIZES);
      const scale = size / Math.max(digit.ink.height, digit.ink.width);
      const middle = height * (1.2 + line * lineDistance + rng.normal(0.04)) + slope * x;
      placed.push({ digit, x, y: middle - (scale * digit.ink.height) / 2, scale });
      x += scale * digit.ink.width + height * gap * rng.between(0.75, 1.25);
    }
  }
  const top = Math.min(...placed.map(({ y }) => y));
  const moved = placed.map(({ y, ...rest }) => ({ ...rest, y: y - Math.min(0, top - 0.4 * height) }));
  const width = Math.ceil(Math.max(...moved.map(({ x, digit, scale }) => x + scale * digit.ink.width)) + 0.6 * height);
  const full = Math.ceil(Math.max(...moved.map(({ y, digit, scale }) => y + scale * digit.ink.height)) + 0.6 * height);
  const ink = new Float32Array(width * full);
  const digits = moved.map(({ digit, x, y, scale }) => {
    const box = {
      x: Math.round(x),
      y: Math.round(y),
      width: Math.ceil(scale * digit.ink.width),
      height: Math.ceil(scale * digit.ink.height),
    };
    for (let py = 0; py < box.height; py++) {
      for (let px = 0; px < box.width; px++) {
        const at = (box.y + py) * width + box.x + px;
        ink[at] = Math.max(ink[at]!, meanOver(digit.ink, px / scale, py / scale, 1 / scale));
      }
    }
    return { label: digit.label, box };
  });
  const paper = rng.between(200, 255);
  const pen = rng.between(0, 90);
  const isLightOnDark = rng.whole(1, 5) === 1;
  const values = Uint8Array.from(ink, (value) => {
    const grey = paper + (value / 255) * (pen - paper);
    return Math.round(isLightOnDark ? 255 - grey : grey);
  });
  return { picture: { width, height: full, values }, digits, text: digits.map(({ label }) => label).join('') };
}

interface Cropped {
  label: number;
  ink: Bitmap;
}

/** The digit without the paper around it. */
function cropped({ label, ink: { width, height, values } }: WrittenDigit): Cropped {
  let [left, right, top, bottom] = [width, -1, height, -1];
  values.forEach((value, at) => {
    if (value === 0) return;
    left = Math.min(left, at % width);
    right = Math.max(right, at % width);
    top = Math.min(top, Math.floor(at / width));
    bottom = Math.floor(at / width);
  });
  const [newWidth, newHeight] = [right - left + 1, bottom - top + 1];
  const ink = new Uint8Array(newWidth * newHeight);
  for (let y = 0; y < newHeight; y++) {
    ink.set(values.subarray((top + y) * width + left, (top + y) * width + left + newWidth), y * newWidth);
  }
  return { label, ink: { width: newWidth, height: newHeight, values: ink } };
}

/** The mean over a square of `side` pixels; for less than a pixel, the value interpolated between neighbours. */
function meanOver(ink: Bitmap, x: number, y: number, side: number): number {
  const steps = Math.max(1, Math.round(side * 2));
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    for (let k = 0; k < steps; k++) {
      sum += between(ink, x + ((k + 0.5) / steps) * side - 0.5, y + ((i + 0.5) / steps) * side - 0.5);
    }
  }
  return sum / steps ** 2;
}

/** Interpolates bilinearly; there is no ink outside. */
function between({ width, height, values }: Bitmap, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = (px: number, py: number) =>
    px < 0 || py < 0 || px >= width || py >= height ? 0 : values[py * width + px]!;
  const row = (py: number) => at(left, py) * (1 - right) + at(left + 1, py) * right;
  return row(top) * (1 - down) + row(top + 1) * down;
}
