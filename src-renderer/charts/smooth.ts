/**
 * Smooths a line by an exponential moving average, which starts as the mean of the values so far (the bias correction
 * of D. Kingma and J. Ba, "Adam", 2015, section 3).
 * @param window approximately how many values count
 */
export function smooth(values: readonly number[], window: number): Float64Array {
  const kept = 1 - 2 / (Math.max(1, window) + 1);
  const result = new Float64Array(values.length);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      sum = kept * sum + (1 - kept) * value;
      weight = kept * weight + (1 - kept);
    }
    result[i] = weight === 0 ? NaN : sum / weight;
  }
  return result;
}

/** The smallest window: at the article's log interval, a tenth of an epoch. */
const MIN_WINDOW = 10;
/** The window as a fraction of the whole x axis. */
const SHARE = 0.02;

/** @param inAll the number of values of the finished run */
export const windowFor = (inAll: number): number => Math.max(MIN_WINDOW, Math.round(SHARE * inAll));
