/**
 * How likely chance alone makes two networks differ at least as much on the same images: the exact test of Q. McNemar,
 * "Note on the sampling error of the difference between correlated proportions or percentages", 1947. If neither is
 * better, an image that only one of them reads right is as likely the one's as the other's.
 * @param onlyFirst images that only the first network reads right
 * @param onlySecond images that only the second reads right
 * @returns 0 to 1, two-sided
 */
export function mcnemarTest(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // Of the binomial coefficient (count over k), divided by 2^count; logarithms, since both are huge.
  let logTerm = -count * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= fewer; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((count - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}
