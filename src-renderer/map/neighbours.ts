/** Keeps the weight of a point finite whose place is that of another one. */
const SMALLEST = 1e-9;

/**
 * The nearest other points of each point, nearest first.
 * @param points total x size; more than `count` of them
 * @returns total x count indices, and squared distances
 */
export function nearestNeighbours(
  points: Float32Array,
  size: number,
  count: number,
): { indices: Int32Array; squared: Float64Array } {
  const total = points.length / size;
  const indices = new Int32Array(total * count);
  const squared = new Float64Array(total * count).fill(Infinity);
  for (let i = 0; i < total; i++) {
    for (let j = 0; j < i; j++) {
      const distance = squaredDistance(points, i, points, j, size);
      insert(indices, squared, i * count, count, j, distance);
      insert(indices, squared, j * count, count, i, distance);
    }
  }
  return { indices, squared };
}

/**
 * The same for points of a plane, much sooner: sorted by x, only those are compared that are near in x.
 * @param points total x 2; more than `count` of them
 */
export function nearestInPlane(points: Float32Array, count: number): { indices: Int32Array; squared: Float64Array } {
  const total = points.length / 2;
  const order = Int32Array.from({ length: total }, (_, i) => i).sort((a, b) => points[2 * a]! - points[2 * b]!);
  const indices = new Int32Array(total * count);
  const squared = new Float64Array(total * count).fill(Infinity);
  order.forEach((point, at) => {
    const begin = point * count;
    for (const way of [-1, 1]) {
      for (let next = at + way; next >= 0 && next < total; next += way) {
        const other = order[next]!;
        const distance = (points[2 * other]! - points[2 * point]!) ** 2;
        if (distance >= squared[begin + count - 1]!) break;
        insert(indices, squared, begin, count, other, squaredDistance(points, point, points, other, 2));
      }
    }
  });
  return { indices, squared };
}

/** Inserts a neighbour into a point's list, if it is nearer than the last one. */
function insert(
  indices: Int32Array,
  squared: Float64Array,
  begin: number,
  count: number,
  neighbour: number,
  distance: number,
): void {
  let at = begin + count - 1;
  if (distance >= squared[at]!) return;
  for (; at > begin && squared[at - 1]! > distance; at--) {
    squared[at] = squared[at - 1]!;
    indices[at] = indices[at - 1]!;
  }
  squared[at] = distance;
  indices[at] = neighbour;
}

function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const difference = a[i * size + k]! - b[j * size + k]!;
    sum += difference * difference;
  }
  return sum;
}

/**
 * Where a further image belongs on a map: between its nearest images, nearer to those that are more alike.
 * @param units total x size
 * @param points total x 2
 * @param image size
 * @param count how many images it is placed between
 */
export function placeBetween(
  units: Float32Array,
  points: Float32Array,
  image: Float32Array,
  count = 5,
): [number, number] {
  const size = image.length;
  const indices = new Int32Array(count);
  const squared = new Float64Array(count).fill(Infinity);
  for (let i = 0; i < points.length / 2; i++) {
    insert(indices, squared, 0, count, i, squaredDistance(units, i, image, 0, size));
  }
  let [x, y, sum] = [0, 0, 0];
  indices.forEach((i, k) => {
    const weight = 1 / (squared[k]! + SMALLEST);
    x += weight * points[2 * i]!;
    y += weight * points[2 * i + 1]!;
    sum += weight;
  });
  return [x / sum, y / sum];
}

/** Two labels whose images lie among each other. */
export interface Overlap {
  /** The smaller one first. */
  labels: [number, number];
  /** How many of the nearest neighbours of the two labels' images have the other one's label, 0 to 1. */
  share: number;
}

/**
 * The two labels that overlap most on a map.
 * @param points total x 2
 * @param count how many neighbours of each image are looked at
 * @returns null if no image has a neighbour of another label
 */
export function largestOverlap(points: Float32Array, labels: Uint8Array, count = 10): Overlap | null {
  const classes = 1 + Math.max(...labels);
  const { indices } = nearestInPlane(points, count);
  const images = new Int32Array(classes);
  for (const label of labels) images[label]!++;
  /** How many neighbours of another label: [smaller label, larger label]. */
  const others = new Int32Array(classes * classes);
  indices.forEach((neighbour, at) => {
    const [a, b] = [labels[Math.floor(at / count)]!, labels[neighbour]!];
    if (a !== b) others[Math.min(a, b) * classes + Math.max(a, b)]!++;
  });
  const overlaps = Array.from(others, (other, at): Overlap => {
    const labels: [number, number] = [Math.floor(at / classes), at % classes];
    return { labels, share: other === 0 ? 0 : other / (count * (images[labels[0]]! + images[labels[1]]!)) };
  });
  const largest = overlaps.reduce((best, overlap) => (overlap.share > best.share ? overlap : best));
  return largest.share > 0 ? largest : null;
}
