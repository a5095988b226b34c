/**
 * The distance of each pixel to the nearest pixel of a set (P. Felzenszwalb and D. Huttenlocher, "Distance transforms
 * of sampled functions", 2012): the lower envelope of parabolas, along the columns and then along the rows.
 * @returns distances in pixels, 0 inside the set; Infinity everywhere if the set is empty
 */
export function distancesTo(width: number, height: number, isInSet: (at: number) => boolean): Float32Array {
  const squares = new Float64Array(width * height);
  for (let at = 0; at < squares.length; at++) squares[at] = isInSet(at) ? 0 : FAR;
  const envelope = envelopeOf(Math.max(width, height));
  for (let x = 0; x < width; x++) envelope(squares, x, width, height);
  for (let y = 0; y < height; y++) envelope(squares, y * width, 1, width);
  const distances = new Float32Array(squares.length);
  for (let at = 0; at < squares.length; at++) distances[at] = squares[at]! >= FAR ? Infinity : Math.sqrt(squares[at]!);
  return distances;
}

/** Larger than any squared distance, and small enough for exact arithmetic. */
const FAR = 1e12;

/** Replaces a line's values f by the minimum over q of f(q) + (p - q)^2 at each p. */
function envelopeOf(maxLength: number) {
  const vertices = new Int32Array(maxLength);
  const bounds = new Float64Array(maxLength + 1);
  const line = new Float64Array(maxLength);
  return (values: Float64Array, start: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) line[i] = values[start + i * step]!;
    let last = 0;
    vertices[0] = 0;
    bounds[0] = -Infinity;
    bounds[1] = Infinity;
    const crossing = (q: number, v: number) => (line[q]! + q * q - (line[v]! + v * v)) / (2 * q - 2 * v);
    for (let q = 1; q < length; q++) {
      let at = crossing(q, vertices[last]!);
      while (at <= bounds[last]!) at = crossing(q, vertices[--last]!);
      vertices[++last] = q;
      bounds[last] = at;
      bounds[last + 1] = Infinity;
    }
    let k = 0;
    for (let p = 0; p < length; p++) {
      while (bounds[k + 1]! < p) k++;
      const v = vertices[k]!;
      values[start + p * step] = Math.min(FAR, (p - v) ** 2 + line[v]!);
    }
  };
}
