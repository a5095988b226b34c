/** Pictures, and the filters used to find ink in them. */

/** Grey values, row by row, 0 black to 255 white. */
export interface Picture {
  width: number;
  height: number;
  values: Uint8Array;
}

/** A value for each pixel, row by row. */
export interface Field {
  width: number;
  height: number;
  values: Float32Array;
}

export function map({ width, height, values }: Field, change: (value: number, at: number) => number): Field {
  return { width, height, values: values.map(change) };
}

/**
 * Shrinks the picture until its longer side is at most `maxSide`, by averaging whole blocks of pixels.
 * @returns grey values of 0 to 255
 */
export function shrunk({ width, height, values }: Picture | Field, maxSide: number): Field {
  const block = Math.ceil(Math.max(width, height) / maxSide);
  const newWidth = Math.ceil(width / block);
  const newHeight = Math.ceil(height / block);
  const sums = new Float32Array(newWidth * newHeight);
  const counts = new Float32Array(newWidth * newHeight);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = Math.floor(y / block) * newWidth + Math.floor(x / block);
      sums[at]! += values[y * width + x]!;
      counts[at]! += 1;
    }
  }
  return { width: newWidth, height: newHeight, values: sums.map((sum, at) => sum / counts[at]!) };
}

/** Enlarges the picture by `factor` with bilinear interpolation. */
export function enlarged({ width, height, values }: Field, factor: number): Field {
  const along = (length: number) =>
    Array.from({ length: length * factor }, (_, i) => {
      const at = Math.min(length - 1, Math.max(0, (i + 0.5) / factor - 0.5));
      const from = Math.floor(at);
      return { from, to: Math.min(length - 1, from + 1), share: at - from };
    });
  const columns = along(width);
  const rows = along(height);
  const result = new Float32Array(rows.length * columns.length);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const inRow = (at: number) => {
        const left = values[at * width + column.from]!;
        return left + column.share * (values[at * width + column.to]! - left);
      };
      const above = inRow(row.from);
      result[y * columns.length + x] = above + row.share * (inRow(row.to) - above);
    });
  });
  return { width: columns.length, height: rows.length, values: result };
}

/** The part of the picture in a box, which must be inside it. */
export function cropped({ width: fullWidth, values }: Field, left: number, top: number, width: number, height: number) {
  const result = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * fullWidth + left;
    result.set(values.subarray(from, from + width), y * width);
  }
  return { width, height, values: result } satisfies Field;
}

/** The mean over the square of 2 radius + 1 pixels around each pixel; pixels beyond the edge do not count. */
export function blurred(field: Field, radius: number): Field {
  return alongBoth(field, (line, result) => {
    const sums = new Float64Array(line.length + 1);
    for (let i = 0; i < line.length; i++) sums[i + 1] = sums[i]! + line[i]!;
    for (let i = 0; i < line.length; i++) {
      const from = Math.max(0, i - radius);
      const to = Math.min(line.length, i + radius + 1);
      result[i] = (sums[to]! - sums[from]!) / (to - from);
    }
  });
}

/** How a picture continues outside: with the slope of its brightness at the edges, or with a constant. */
export type Beyond = 'continued' | number;

/**
 * Morphological closing: fills areas that are darker than their surroundings and narrower than the square of
 * 2 radius + 1 pixels.
 */
export function closed(field: Field, radius: number, beyond: Beyond): Field {
  return eroded(dilated(field, radius, beyond), radius, beyond);
}

/** The highest value within the square of 2 radius + 1 pixels around each pixel. */
export function dilated(field: Field, radius: number, beyond: Beyond): Field {
  return alongBoth(field, (line, result) => extreme(line, result, radius, 1, beyond));
}

function eroded(field: Field, radius: number, beyond: Beyond): Field {
  return alongBoth(field, (line, result) => extreme(line, result, radius, -1, beyond));
}

/**
 * The highest (sign 1) or lowest (sign -1) value within the radius. A queue holds the remaining candidates
 * (D. Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element", 2006).
 */
function extreme(line: Float32Array, result: Float32Array, radius: number, sign: 1 | -1, beyond: Beyond): void {
  const outside = (i: number) => (beyond === 'continued' ? continued(line, i) : beyond);
  const size = line.length + 2 * radius;
  const positions = new Int32Array(size);
  const values = new Float32Array(size);
  let [first, end] = [0, 0];
  for (let i = -radius; i < line.length + radius; i++) {
    const newest = sign * (i < 0 || i >= line.length ? outside(i) : line[i]!);
    while (end > first && values[end - 1]! <= newest) end--;
    positions[end] = i;
    values[end++] = newest;
    if (i < radius) continue;
    while (positions[first]! < i - 2 * radius) first++;
    result[i - radius] = sign * values[first]!;
  }
}

/** The number of pixels over which the brightness of an edge is averaged. */
const EDGE_PIXELS = 3;

/** Continues the line with its point reflection, which preserves an even slope. @param i outside the line */
function continued(line: Float32Array, i: number): number {
  const { length } = line;
  const depth = Math.min(EDGE_PIXELS, length);
  let edge = 0;
  for (let k = 0; k < depth; k++) edge += line[i < 0 ? k : length - 1 - k]! / depth;
  const mirrored = i < 0 ? -1 - i + depth - 1 : 2 * length - 1 - i - depth + 1;
  return 2 * edge - line[Math.min(length - 1, Math.max(0, mirrored))]!;
}

/** Filters the rows, then the columns. @param filter writes a line's new values */
function alongBoth(
  { width, height, values }: Field,
  filter: (line: Float32Array, result: Float32Array) => void,
): Field {
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    filter(values.subarray(y * width, (y + 1) * width), result.subarray(y * width, (y + 1) * width));
  }
  const column = new Float32Array(height);
  const filtered = new Float32Array(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = result[y * width + x]!;
    filter(column, filtered);
    for (let y = 0; y < height; y++) result[y * width + x] = filtered[y]!;
  }
  return { width, height, values: result };
}

/** The number of values sampled for a quantile. */
const MAX_SAMPLES = 10_000;

/** @returns the value that this fraction of all values does not exceed; 0 without values */
export function quantile(values: ArrayLike<number>, share: number): number {
  if (values.length === 0) return 0;
  const step = Math.max(1, values.length / MAX_SAMPLES);
  const sorted = new Float32Array(Math.floor(values.length / step));
  for (let i = 0; i < sorted.length; i++) sorted[i] = values[Math.floor(i * step)]!;
  sorted.sort();
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

export interface TwoClasses {
  threshold: number;
  /** The fraction of the variance that is between the two classes: 1 for exactly two levels. */
  separation: number;
}

/**
 * The threshold that best separates the values into two classes (N. Otsu, "A threshold selection method from gray-level
 * histograms", 1979). @param max the highest possible value; the lowest is 0
 */
export function otsu(values: Float32Array, max: number): TwoClasses {
  const bins = 256;
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value / max) * bins))]!++;
  let [total, squares] = [0, 0];
  for (let bin = 0; bin < bins; bin++) {
    total += bin * counts[bin]!;
    squares += bin * bin * counts[bin]!;
  }
  let [below, sumBelow, best, first, last] = [0, 0, 0, 0, 0];
  for (let bin = 0; bin < bins - 1; bin++) {
    below += counts[bin]!;
    sumBelow += counts[bin]! * bin;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (between > best * (1 + 1e-9)) [best, first, last] = [between, bin, bin];
    else if (between >= best * (1 - 1e-9)) last = bin;
  }
  // All thresholds between two separate classes are equally good; the middle one is taken.
  const count = values.length;
  const variance = count * squares - total * total;
  return { threshold: (((first + last) / 2 + 1) / bins) * max, separation: variance > 0 ? best / variance : 0 };
}
