/**
 * Augmentation: each training image is shown a little different in each epoch, as another hand or another pen might
 * have written it (P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural networks applied to
 * visual document analysis", 2003). Slant, rotation, width, height, place and bends come in one go: the image lies on
 * a grid of 5 x 5 nodes, the nodes are moved, and the image follows. Its strokes become thicker or thinner.
 *
 * Only arithmetic that IEEE 754 defines to the last bit is used, and the result is rounded to whole grey values.
 */
import { SIDE } from '../data/mnist';
import { type RandomKey, randomWords } from './random';

/** Each is drawn uniformly, from minus this to this. In radians: */
const ROTATION = 0.17;
/** Pixels to the side for each pixel up. */
const SLANT = 0.22;
/** Shares of the width and of the height. */
const WIDTH = 0.18;
const HEIGHT = 0.12;
/** In pixels, of the whole image, and of each node by itself. */
const SHIFT = 1;
const BEND = 0.9;
/** A share of the way to strokes that are larger, or smaller, by one pixel on each side. */
const STROKE = 0.5;

/** Nodes in a row of the grid; the outermost ones lie on the outermost pixels. */
const NODES = 5;
const MIDDLE = (SIDE - 1) / 2;
const SPACING = (SIDE - 1) / (NODES - 1);
/** For each column or row of pixels: the nodes before it, and how far it lies on the way to the next one. */
const cell = Uint8Array.from({ length: SIDE }, (_, i) => Math.min(NODES - 2, Math.floor(i / SPACING)));
const within = Float64Array.from({ length: SIDE }, (_, i) => i / SPACING - cell[i]!);

/** Seven draws for the whole image, two for each node. */
const DRAWS = 7 + 2 * NODES * NODES;

/** Images with room around them, so that the neighbours of every pixel can be read. */
const MARGIN = 2;
const ROOM = SIDE + 2 * MARGIN;
const source = new Uint8Array(ROOM * ROOM);
const restroked = new Float64Array(ROOM * ROOM);
/** Where the image is taken from at each node, in pixels of `restroked`. */
const nodeX = new Float64Array(NODES * NODES);
const nodeY = new Float64Array(NODES * NODES);
/** The same for the places between nodes that a row of pixels runs through. */
const rowX = new Float64Array(NODES);
const rowY = new Float64Array(NODES);

/**
 * @param pixels one image, 28 x 28 grey values; changed in place
 * @param key equal keys change it in the same way
 */
export function augment(pixels: Uint8Array, key: Omit<RandomKey, 'purpose'>): void {
  const words = randomWords(Math.ceil(DRAWS / 4), { ...key, purpose: 'augmentation' });
  moveNodes(words);
  restroke(pixels, STROKE * draw(words, 6));
  resample(pixels);
}

/** @returns the draw at that place, -1 to 1 */
function draw(words: Uint32Array, at: number): number {
  return ((words[at >> 2]! >>> (8 * (at & 3))) & 255) / 127.5 - 1;
}

function moveNodes(words: Uint32Array): void {
  // Cosine and sine of nearly the angle, without functions that machines may round differently.
  const t = (ROTATION * draw(words, 0)) / 2;
  const cosine = (1 - t * t) / (1 + t * t);
  const sine = (2 * t) / (1 + t * t);
  const slant = SLANT * draw(words, 1);
  const width = 1 + WIDTH * draw(words, 2);
  const height = 1 + HEIGHT * draw(words, 3);
  const left = MARGIN + MIDDLE + SHIFT * draw(words, 4);
  const top = MARGIN + MIDDLE + SHIFT * draw(words, 5);
  for (let node = 0; node < NODES * NODES; node++) {
    const x = (node % NODES) * SPACING - MIDDLE;
    const y = Math.floor(node / NODES) * SPACING - MIDDLE;
    nodeX[node] = left + width * (cosine * x + (slant - sine) * y) + BEND * draw(words, 7 + 2 * node);
    nodeY[node] = top + height * (sine * x + cosine * y) + BEND * draw(words, 8 + 2 * node);
  }
}

/** Fills `restroked`. @param amount more than 0 makes strokes thicker, less than 0 thinner */
function restroke(pixels: Uint8Array, amount: number): void {
  for (let y = 0; y < SIDE; y++) {
    source.set(pixels.subarray(y * SIDE, (y + 1) * SIDE), (y + MARGIN) * ROOM + MARGIN);
  }
  for (let at = ROOM + 1; at < ROOM * (ROOM - 1) - 1; at++) {
    const here = source[at]!;
    const left = source[at - 1]!;
    const right = source[at + 1]!;
    const above = source[at - ROOM]!;
    const below = source[at + ROOM]!;
    // In the middle of ink and of paper, which most pixels are, nothing changes.
    if (left === here && right === here && above === here && below === here) restroked[at] = here;
    else if (amount > 0) restroked[at] = here + amount * (Math.max(here, left, right, above, below) - here);
    else restroked[at] = here + amount * (here - Math.min(here, left, right, above, below));
  }
}

/** Takes each pixel from where the nodes around it say, between four pixels as a rule. */
function resample(pixels: Uint8Array): void {
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let column = 0; column < NODES; column++) {
      const node = cell[y]! * NODES + column;
      rowX[column] = nodeX[node]! + within[y]! * (nodeX[node + NODES]! - nodeX[node]!);
      rowY[column] = nodeY[node]! + within[y]! * (nodeY[node + NODES]! - nodeY[node]!);
    }
    for (let x = 0; x < SIDE; x++, at++) {
      const column = cell[x]!;
      const along = within[x]!;
      const fromX = rowX[column]! + along * (rowX[column + 1]! - rowX[column]!);
      const fromY = rowY[column]! + along * (rowY[column + 1]! - rowY[column]!);
      pixels[at] = grey(fromX, fromY);
    }
  }
}

/** The grey value at a place of `restroked`, paper beyond its edge. */
function grey(x: number, y: number): number {
  if (!(x >= 0 && y >= 0 && x < ROOM - 1 && y < ROOM - 1)) return 0;
  const left = x | 0;
  const top = y | 0;
  const at = top * ROOM + left;
  const along = x - left;
  const above = restroked[at]! + along * (restroked[at + 1]! - restroked[at]!);
  const below = restroked[at + ROOM]! + along * (restroked[at + ROOM + 1]! - restroked[at + ROOM]!);
  return (above + (y - top) * (below - above) + 0.5) | 0;
}
