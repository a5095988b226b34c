import { UMAP } from 'umap-js';
import { nearestNeighbours } from './neighbours';

/** In UMAP's own units: as far as its authors' implementation spreads the initial points. */
const SPREAD = 10;
const EPOCHS = 200;
const NEIGHBOURS = 15;
/** So that the images of an island lie beside each other. */
const SHAPE = { minDist: 0.5, spread: 1.5 };

/**
 * UMAP (L. McInnes, J. Healy and J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension
 * Reduction", 2018): images with similar units form islands. The same units and initial points give the same map.
 * @param units count x size; more than 15 images
 * @param initial count x 2, from -1 to 1: where the images are at first
 * @yields the points after each epoch, count x 2
 */
export function* islands(units: Float32Array, size: number, initial: Float32Array): Generator<Float32Array> {
  const rows = Array.from({ length: units.length / size }, (_, i) => [...units.subarray(i * size, (i + 1) * size)]);
  const umap = new UMAP({ nNeighbors: NEIGHBOURS, nEpochs: EPOCHS, random: seededRandom(1), ...SHAPE });
  // Exact ones are found faster than UMAP's own, which are approximate. It counts an image as its own neighbour.
  const { indices, squared } = nearestNeighbours(units, size, NEIGHBOURS - 1);
  const ofImage = (list: Int32Array | Float64Array, i: number) =>
    Array.from(list.subarray(i * (NEIGHBOURS - 1), (i + 1) * (NEIGHBOURS - 1)));
  umap.setPrecomputedKNN(
    rows.map((_, i) => [i, ...ofImage(indices, i)]),
    rows.map((_, i) => [0, ...ofImage(squared, i).map(Math.sqrt)]),
  );
  umap.initializeFit(rows);
  // Instead of random points.
  umap.getEmbedding().forEach((point, i) => {
    point[0] = SPREAD * initial[2 * i]!;
    point[1] = SPREAD * initial[2 * i + 1]!;
  });
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    umap.step();
    yield Float32Array.from(umap.getEmbedding().flat());
  }
}

/** Mulberry32. @returns a function that returns numbers from 0 to 1 */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
