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

/** The first pixel of each column of cells, and after the last one the side. */
const begins = Uint8Array.from({ length: NODES }, (_, column) => (column === NODES - 1 ? SIDE : cell.indexOf(column)));

/** Seven draws for the whole image, two for each node. */
const DRAWS = 7 + 2 * NODES * NODES;

/** Images with room around them, so that the neighbours of every pixel can be read. */
const MARGIN = 2;
const ROOM = SIDE + 2 * MARGIN;
const source = new Uint8Array(ROOM * ROOM);
const restroked = new Float64Array(ROOM * ROOM);
/** The part of `restroked` that may have ink, both ends included. */
const ink = { left: 0, right: 0, top: 0, bottom: 0 };
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

/** Fills `restroked` and `ink`. @param amount more than 0 makes strokes thicker, less than 0 thinner */
function restroke(pixels: Uint8Array, amount: number): void {
  findInk(pixels);
  const [from, to] = [source, restroked];
  to.fill(0);
  for (let y = ink.top; y <= ink.bottom; y++) {
    const end = y * ROOM + ink.right;
    for (let at = y * ROOM + ink.left; at <= end; at++) {
      const here = from[at]!;
      const left = from[at - 1]!;
      const right = from[at + 1]!;
      const above = from[at - ROOM]!;
      const below = from[at + ROOM]!;
      // In the middle of ink and of paper, which most pixels are, nothing changes.
      if (left === here && right === here && above === here && below === here) to[at] = here;
      else if (amount > 0) to[at] = here + amount * (Math.max(here, left, right, above, below) - here);
      else to[at] = here + amount * (here - Math.min(here, left, right, above, below));
    }
  }
}

/** Fills `source` and `ink`. */
function findInk(pixels: Uint8Array): void {
  let left = SIDE;
  let right = -1;
  let top = SIDE;
  let bottom = -1;
  for (let y = 0; y < SIDE; y++) {
    const from = y * SIDE;
    const to = (y + MARGIN) * ROOM + MARGIN;
    for (let x = 0; x < SIDE; x++) {
      const value = pixels[from + x]!;
      source[to + x] = value;
      if (value === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  // A pixel more on each side, which thicker strokes may reach.
  ink.left = left + MARGIN - 1;
  ink.right = right + MARGIN + 1;
  ink.top = top + MARGIN - 1;
  ink.bottom = bottom + MARGIN + 1;
}

/** Takes each pixel from where the nodes around it say, between four pixels as a rule; paper where no ink is near. */
function resample(pixels: Uint8Array): void {
  // Read once: this is the innermost loop, and it runs for every image of a batch.
  const values = restroked;
  const alongs = within;
  const left = ink.left - 1;
  const right = ink.right + 1;
  const top = ink.top - 1;
  const bottom = ink.bottom + 1;
  pixels.fill(0);
  for (let y = 0; y < SIDE; y++) {
    moveRow(y);
    for (let column = 0; column < NODES - 1; column++) {
      const startX = rowX[column]!;
      const startY = rowY[column]!;
      const acrossX = rowX[column + 1]! - startX;
      const acrossY = rowY[column + 1]! - startY;
      const end = begins[column + 1]!;
      for (let x = begins[column]!; x < end; x++) {
        const fromX = startX + alongs[x]! * acrossX;
        const fromY = startY + alongs[x]! * acrossY;
        if (!(fromX > left && fromX < right && fromY > top && fromY < bottom)) continue;
        const at = (fromY | 0) * ROOM + (fromX | 0);
        const along = fromX - (fromX | 0);
        const above = values[at]! + along * (values[at + 1]! - values[at]!);
        const below = values[at + ROOM]! + along * (values[at + ROOM + 1]! - values[at + ROOM]!);
        pixels[y * SIDE + x] = (above + (fromY - (fromY | 0)) * (below - above) + 0.5) | 0;
      }
    }
  }
}

/** Fills `rowX` and `rowY`. */
function moveRow(y: number): void {
  const down = within[y]!;
  for (let column = 0, node = cell[y]! * NODES; column < NODES; column++, node++) {
    rowX[column] = nodeX[node]! + down * (nodeX[node + NODES]! - nodeX[node]!);
    rowY[column] = nodeY[node]! + down * (nodeY[node + NODES]! - nodeY[node]!);
  }
}
