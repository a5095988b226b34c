export interface Point {
  x: number;
  y: number;
}

/**
 * Thins a line for drawing: of the points in each of `columns` equal spans of x, the first, the
 * lowest, the highest and the last are kept, so the drawn line covers the same pixels. `x` ascends.
 */
export function thin(x: readonly number[], y: readonly number[], columns: number): Point[] {
  const n = Math.min(x.length, y.length);
  const at = (i: number): Point => ({ x: x[i] ?? 0, y: y[i] ?? 0 });
  if (n <= 4 * columns) return Array.from({ length: n }, (_, i) => at(i));

  const from = x[0] ?? 0;
  const width = ((x[n - 1] ?? 0) - from) / columns;
  const columnOf = (i: number) => Math.min(columns - 1, Math.floor(((x[i] ?? 0) - from) / width));

  const kept: Point[] = [];
  for (let start = 0; start < n;) {
    const column = columnOf(start);
    let lowest = start;
    let highest = start;
    let end = start + 1;
    for (; end < n && columnOf(end) === column; end++) {
      if ((y[end] ?? 0) < (y[lowest] ?? 0)) lowest = end;
      if ((y[end] ?? 0) > (y[highest] ?? 0)) highest = end;
    }
    const places = new Set([start, Math.min(lowest, highest), Math.max(lowest, highest), end - 1]);
    for (const i of places) kept.push(at(i));
    start = end;
  }
  return kept;
}
