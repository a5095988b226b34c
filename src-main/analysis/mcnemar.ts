/**
 * The probability that chance alone makes two networks differ at least this much on the same images: the exact test of
 * Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", 1947. If
 * neither network is better, an image that only one of them reads correctly is equally likely to be either's.
 * @param onlyFirst how many images only the first network reads correctly
 * @param onlySecond how many images only the second reads correctly
 * @returns 0 to 1, two-sided
 */
export function mcnemarTest(onlyFirst: number, onlySecond: number): number {
  const count = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // The logarithm of the binomial coefficient (count over k) divided by 2^count, since both are huge.
  let logTerm = -count * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= fewer; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((count - k) / (k + 1));
  }
  return Math.min(1, 2 * sum);
}
