/**
 * Augmentation: each training image is shown a little different in each epoch, as another hand or another pen might
 * have written it (P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural networks applied to
 * visual document analysis", 2003). Slant, rotation, width, height, position and bends come in one go: the image lies on
 * a grid of 5 x 5 nodes, the nodes are moved, and the image follows. Its strokes become thicker or thinner.
 *
 * Only arithmetic that IEEE 754 defines to the last bit is used, and the result is rounded to whole grey values.
 */
import { SIDE } from '../data/mnist';
import { type RandomKey, randomWords } from '../network/random';

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

/** Seven draws for the whole image, two for each node; four of a random word, and as many words as come at once. */
const DRAWS = 7 + 2 * NODES * NODES;
const WORDS = Math.ceil(DRAWS / 16) * 4;

/** Images with room around them, so that the neighbours of every pixel can be read. */
const MARGIN = 2;
const ROOM = SIDE + 2 * MARGIN;
const source = new Uint8Array(ROOM * ROOM);
const restroked = new Float64Array(ROOM * ROOM);
/** What is in each column of the image, the bits of all its pixels together. */
const columnWords = new Uint32Array(SIDE / 4);
const columnBytes = new Uint8Array(columnWords.buffer);
/** The part of `restroked` that may have ink, both ends included. */
const ink = { left: 0, right: 0, top: 0, bottom: 0 };
/** Where the image is taken from at each node, in pixels of `restroked`. */
const nodeX = new Float64Array(NODES * NODES);
const nodeY = new Float64Array(NODES * NODES);

/**
 * How the images of a set are changed in one epoch of a run: a function of (seed, epoch, index).
 * @returns changes the image with that index in place, see `augment`
 */
export function augmentationOf(seed: number, epoch: number): (image: Uint8Array, index: number) => void {
  return (image, index) => augment(image, { seed, epoch, index });
}

/**
 * @param pixels one image, 28 x 28 grey values; changed in place
 * @param key equal keys change it in the same way
 */
export function augment(pixels: Uint8Array, { seed, epoch, index }: Required<Omit<RandomKey, 'purpose'>>): void {
  const words = randomWords(WORDS, { seed, purpose: 'augmentation', epoch, index });
  moveNodes(words);
  restroke(pixels, STROKE * draw(words, 6));
  resample(pixels);
}

/** @returns the draw at that index, -1 to 1 */
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
  const from = source;
  const to = restroked;
  to.fill(0);
  const sign = amount > 0 ? 1 : -1;
  for (let y = ink.top; y <= ink.bottom; y++) {
    const end = y * ROOM + ink.right;
    for (let at = y * ROOM + ink.left; at <= end; at++) {
      const here = from[at]!;
      // How much the inkiest of the neighbours has more, or the palest has less. Without branches, since no processor
      // foresees where a stroke ends.
      const aside = larger(Math.imul(sign, from[at - 1]! - here), Math.imul(sign, from[at + 1]! - here));
      const along = larger(Math.imul(sign, from[at - ROOM]! - here), Math.imul(sign, from[at + ROOM]! - here));
      to[at] = here + amount * larger(0, larger(aside, along));
    }
  }
}

/** `Math.max` of two whole numbers of at most 30 bits, without a branch. */
function larger(a: number, b: number): number {
  const difference = b - a;
  return a + (difference & ~(difference >> 31));
}

/** Fills `source` and `ink`. */
function findInk(pixels: Uint8Array): void {
  // Four pixels at a time; an image begins where a word does.
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  const columns = columnWords;
  columns.fill(0);
  let top = SIDE;
  let bottom = -1;
  for (let y = 0, at = 0; y < SIDE; y++) {
    let row = 0;
    for (let column = 0; column < columns.length; column++, at++) {
      const word = words[at]!;
      row |= word;
      columns[column]! |= word;
    }
    if (row === 0) continue;
    if (top === SIDE) top = y;
    bottom = y;
  }
  let left = 0;
  while (left < SIDE && columnBytes[left] === 0) left++;
  let right = SIDE - 1;
  while (right >= 0 && columnBytes[right] === 0) right--;

  source.fill(0);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) source[(y + MARGIN) * ROOM + MARGIN + x] = pixels[y * SIDE + x]!;
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
  const xs = nodeX;
  const ys = nodeY;
  const values = restroked;
  const alongs = within;
  const left = ink.left - 1;
  const right = ink.right + 1;
  const top = ink.top - 1;
  const bottom = ink.bottom + 1;
  pixels.fill(0);
  for (let y = 0; y < SIDE; y++) {
    // Along the row, from one line between two nodes, one above the other, to the next.
    const down = within[y]!;
    let node = cell[y]! * NODES;
    let endX = xs[node]! + down * (xs[node + NODES]! - xs[node]!);
    let endY = ys[node]! + down * (ys[node + NODES]! - ys[node]!);
    for (let column = 0; column < NODES - 1; column++) {
      node++;
      const startX = endX;
      const startY = endY;
      endX = xs[node]! + down * (xs[node + NODES]! - xs[node]!);
      endY = ys[node]! + down * (ys[node + NODES]! - ys[node]!);
      if ((startX <= left && endX <= left) || (startX >= right && endX >= right)) continue;
      if ((startY <= top && endY <= top) || (startY >= bottom && endY >= bottom)) continue;
      const acrossX = endX - startX;
      const acrossY = endY - startY;
      const end = begins[column + 1]!;
      for (let x = begins[column]!; x < end; x++) {
        const along = alongs[x]!;
        const fromX = startX + along * acrossX;
        const fromY = startY + along * acrossY;
        if (!(fromX > left && fromX < right && fromY > top && fromY < bottom)) continue;
        const pixelX = fromX | 0;
        const pixelY = fromY | 0;
        const aside = fromX - pixelX;
        const at = pixelY * ROOM + pixelX;
        const one = values[at]!;
        const two = values[at + ROOM]!;
        const above = one + aside * (values[at + 1]! - one);
        const below = two + aside * (values[at + ROOM + 1]! - two);
        pixels[y * SIDE + x] = (above + (fromY - pixelY) * (below - above) + 0.5) | 0;
      }
    }
  }
}
