/** The spread of several measurements. */
export interface Spread {
  median: number;
  p10: number;
  p90: number;
  /** The number of measurements. */
  count: number;
}

/** @param values at least one */
export function spreadOf(values: number[]): Spread {
  return {
    median: quantile(values, 0.5),
    p10: quantile(values, 0.1),
    p90: quantile(values, 0.9),
    count: values.length,
  };
}

/** The value that a share of the others does not exceed, interpolated between neighbours. @param share 0 to 1 */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)]!, sorted[Math.ceil(position)]!];
  return below + (above - below) * (position % 1);
}

/** How much repeated measurements differ: the range relative to the median. @param values at least one */
export function unevenness(values: number[]): number {
  return (Math.max(...values) - Math.min(...values)) / quantile(values, 0.5);
}
