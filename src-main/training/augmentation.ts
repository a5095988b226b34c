/**
 * Augmentation: each training image is varied slightly in each epoch, as another hand or another pen might have written
 * it (P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural networks applied to visual
 * document analysis", 2003). Slant, rotation, width, height, position and bends are applied at once: a grid of 5 x 5
 * nodes lies on the image, the nodes move, and the image follows them. Strokes also become thicker or thinner.
 *
 * Only arithmetic that IEEE 754 defines to the last bit is used, and results are rounded to integer grey values.
 */
import { SIDE } from '../data/mnist';
import { type RandomKey, randomWords } from '../network/random';

// Each amount below is the limit of a uniform distribution around 0.
/** Radians. */
const ROTATION = 0.17;
/** Horizontal shift, in pixels per pixel of height. */
const SLANT = 0.22;
/** Relative change of width and height. */
const WIDTH = 0.18;
const HEIGHT = 0.12;
/** Shift of the whole image, and of each node separately, in pixels. */
const SHIFT = 1;
const BEND = 0.9;
/** Growth of the strokes, as a fraction of one pixel on each side. */
const STROKE = 0.5;

/** Nodes per row of the grid; the outermost nodes lie on the outermost pixels. */
const NODES = 5;
const MIDDLE = (SIDE - 1) / 2;
const SPACING = (SIDE - 1) / (NODES - 1);
/** For each row or column of pixels: the index of the node before it, and the fraction of the way to the next node. */
const cell = Uint8Array.from({ length: SIDE }, (_, i) => Math.min(NODES - 2, Math.floor(i / SPACING)));
const within = Float64Array.from({ length: SIDE }, (_, i) => i / SPACING - cell[i]!);

/** The first pixel of each column of cells, followed by the image's side length. */
const begins = Uint8Array.from({ length: NODES }, (_, column) => (column === NODES - 1 ? SIDE : cell.indexOf(column)));

/** Seven draws for the whole image and two per node. A random word gives four draws; words are drawn four at a time. */
const DRAWS = 7 + 2 * NODES * NODES;
const WORDS = Math.ceil(DRAWS / 16) * 4;

/** Images are padded so that every pixel has neighbours. */
const MARGIN = 2;
const ROOM = SIDE + 2 * MARGIN;
const source = new Uint8Array(ROOM * ROOM);
const restroked = new Float64Array(ROOM * ROOM);
/** The bitwise OR of all pixels in each column of the image. */
const columnWords = new Uint32Array(SIDE / 4);
const columnBytes = new Uint8Array(columnWords.buffer);
/** The part of `restroked` that may contain ink; the bounds are inclusive. */
const ink = { left: 0, right: 0, top: 0, bottom: 0 };
/** The position in `restroked` that is sampled at each node, in pixels. */
const nodeX = new Float64Array(NODES * NODES);
const nodeY = new Float64Array(NODES * NODES);

/**
 * Makes the augmentation for one epoch of a run, which depends on (seed, epoch, index) only.
 * @returns a function that changes the image with the given index in place, see `augment`
 */
export function augmentationOf(seed: number, epoch: number): (image: Uint8Array, index: number) => void {
  return (image, index) => augment(image, { seed, epoch, index });
}

/**
 * @param pixels one image, 28 x 28 grey values; changed in place
 * @param key equal keys give equal changes
 */
export function augment(pixels: Uint8Array, { seed, epoch, index }: Required<Omit<RandomKey, 'purpose'>>): void {
  const words = randomWords(WORDS, { seed, purpose: 'augmentation', epoch, index });
  moveNodes(words);
  restroke(pixels, STROKE * draw(words, 6));
  resample(pixels);
}

/** @returns the draw with the given index, -1 to 1 */
function draw(words: Uint32Array, at: number): number {
  return ((words[at >> 2]! >>> (8 * (at & 3))) & 255) / 127.5 - 1;
}

function moveNodes(words: Uint32Array): void {
  // Cosine and sine of almost the angle, without functions that machines may round differently.
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

/** Fills `restroked` and `ink`. @param amount positive makes strokes thicker, negative thinner */
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
      // The difference to the darkest neighbour (or the palest one, to thin strokes). Branchless, because no processor
      // can predict where a stroke ends.
      const aside = larger(Math.imul(sign, from[at - 1]! - here), Math.imul(sign, from[at + 1]! - here));
      const along = larger(Math.imul(sign, from[at - ROOM]! - here), Math.imul(sign, from[at + ROOM]! - here));
      to[at] = here + amount * larger(0, larger(aside, along));
    }
  }
}

/** A branchless `Math.max` for integers of at most 30 bits. */
function larger(a: number, b: number): number {
  const difference = b - a;
  return a + (difference & ~(difference >> 31));
}

/** Fills `source` and `ink`. */
function findInk(pixels: Uint8Array): void {
  // Reads four pixels at a time; images are aligned to 32-bit words.
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
  // Thicker strokes may reach one pixel further on each side.
  ink.left = left + MARGIN - 1;
  ink.right = right + MARGIN + 1;
  ink.top = top + MARGIN - 1;
  ink.bottom = bottom + MARGIN + 1;
}

/** Samples each pixel at the position interpolated from its nodes (bilinearly); it stays blank where no ink is near. */
function resample(pixels: Uint8Array): void {
  // Local copies for speed: the innermost loop runs for every image of a batch.
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
    // Walks along the row from one vertical grid line to the next.
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
