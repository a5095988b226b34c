/** A point of a line, and its index in the original lists. */
export interface LinePoint {
  x: number;
  y: number;
  index: number;
}

export interface Range {
  min: number;
  max: number;
}

/**
 * Thins a line for drawing: in each of `columns` equal spans of x, the first, lowest, highest and last points are kept,
 * so the drawn line covers the same pixels. `x` ascends. For 46,900 points Chart.js's decimation takes as long or
 * longer; its `min-max` moves points sideways, so that the pointer would read other steps, and its `lttb` drops peaks.
 * @param range omits points outside, except for one at each side, so that the line reaches the edges
 */
export function thin(x: ArrayLike<number>, y: ArrayLike<number>, columns: number, range?: Range): LinePoint[] {
  const n = Math.min(x.length, y.length);
  const [first, end] = range === undefined ? [0, n] : [partition(x, n, range.min) - 1, partition(x, n, range.max) + 1];
  return thinBetween(x, y, columns, Math.max(0, first), Math.min(n, end));
}

/** @returns how many of the first `n` values, which ascend, are below `value` */
export function partition(values: ArrayLike<number>, n: number, value: number): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function thinBetween(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  columns: number,
  first: number,
  end: number,
): LinePoint[] {
  const at = (index: number): LinePoint => ({ x: x[index]!, y: y[index]!, index });
  const n = Math.max(0, end - first);
  if (n <= 4 * columns) return Array.from({ length: n }, (_, i) => at(first + i));

  const from = x[first]!;
  const width = (x[end - 1]! - from) / columns;
  const columnOf = (i: number) => Math.min(columns - 1, Math.floor((x[i]! - from) / width));

  const kept: LinePoint[] = [];
  for (let start = first; start < end;) {
    const column = columnOf(start);
    let lowest = start;
    let highest = start;
    let next = start + 1;
    for (; next < end && columnOf(next) === column; next++) {
      if (y[next]! < y[lowest]!) lowest = next;
      if (y[next]! > y[highest]!) highest = next;
    }
    const indices = new Set([start, Math.min(lowest, highest), Math.max(lowest, highest), next - 1]);
    for (const index of indices) kept.push(at(index));
    start = next;
  }
  return kept;
}
