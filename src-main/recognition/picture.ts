/** Pictures, and the filters that finding ink in them takes. */

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
 * The picture with its longer side at most so long, by averaging over whole blocks of pixels.
 * @returns grey values of 0 to 255
 */
export function shrunk({ width, height, values }: Picture, longest: number): Field {
  const block = Math.ceil(Math.max(width, height) / longest);
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

/** The mean over the square of 2 radius + 1 pixels around each; beyond the edge there is nothing. */
export function blurred(field: Field, radius: number): Field {
  return alongBoth(field, (line) => {
    const sums = new Float64Array(line.length + 1);
    line.forEach((value, i) => (sums[i + 1] = sums[i]! + value));
    return line.map((_, i) => {
      const from = Math.max(0, i - radius);
      const to = Math.min(line.length, i + radius + 1);
      return (sums[to]! - sums[from]!) / (to - from);
    });
  });
}

/**
 * Morphological closing: what is darker than its surroundings and narrower than the square of 2 radius + 1 pixels is
 * filled. The picture goes on beyond its edges as its mirror image.
 */
export function closed(field: Field, radius: number): Field {
  const highest = alongBoth(field, (line) => extreme(line, radius, 1));
  return alongBoth(highest, (line) => extreme(line, radius, -1));
}

/** The highest (sign 1) or lowest (sign -1) of the values within the radius: a queue holds those that may yet be it. */
function extreme(line: Float32Array, radius: number, sign: 1 | -1): Float32Array {
  const value = (i: number) => sign * line[mirrored(i, line.length)]!;
  const queue: number[] = [];
  let first = 0;
  const result = new Float32Array(line.length);
  for (let i = -radius; i < line.length + radius; i++) {
    const newest = value(i);
    while (queue.length > first && value(queue.at(-1)!) <= newest) queue.pop();
    queue.push(i);
    if (i < radius) continue;
    while (queue[first]! < i - 2 * radius) first++;
    result[i - radius] = sign * value(queue[first]!);
  }
  return result;
}

function mirrored(i: number, length: number): number {
  const within = ((i % (2 * length)) + 2 * length) % (2 * length);
  return within < length ? within : 2 * length - 1 - within;
}

/** Filters the rows, then the columns. */
function alongBoth({ width, height, values }: Field, filter: (line: Float32Array) => Float32Array): Field {
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) result.set(filter(values.subarray(y * width, (y + 1) * width)), y * width);
  const column = new Float32Array(height);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) column[y] = result[y * width + x]!;
    filter(column).forEach((value, y) => (result[y * width + x] = value));
  }
  return { width, height, values: result };
}
