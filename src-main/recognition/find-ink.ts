/**
 * Finds the writing in a picture: a drawing, a scan, or a photo of paper in uneven light. The steps have a file each:
 * whether ink is dark or light (`polarity`), how dark each pixel is relative to its paper (`contrast`), which pixels
 * are ink (`binarize`), and which patches of ink are writing (`writing`).
 */
import { SIDE } from '../data/mnist';
import { type Ink, binarize } from './binarize';
import type { Component } from './components';
import { contrastOf, marginOf } from './contrast';
import { normalize } from './normalize';
import { type Box, findPanel } from './panel';
import { type Field, type Picture, cropped, enlarged, map, shrunk } from './picture';
import { polarityOf } from './polarity';
import type { Bitmap } from './rasterize';
import { writingOf } from './writing';

/** More pixels along a side give no more information about a digit. */
const MAX_SIDE = 400;
/** With fewer pixels along the longer side, the edges of strokes cannot be distinguished from their middle. */
const MIN_SIDE = 80;

/**
 * @returns ink on paper, as in a drawing; all paper if there is no writing. Two bitmaps if it is doubtful whether ink
 *   is dark or light, the likelier first. All have the proportions of the picture.
 */
export function findInk(picture: Picture, maxSide = MAX_SIDE): Bitmap[] {
  const ready = asMnistHasIt(picture);
  if (ready !== null) return [ready];
  const page = shrunk(picture, maxSide);
  const panel = findPanel(page);
  const inPanel = panel === null ? [] : inksOf(cropped(page, panel.left, panel.top, panel.width, panel.height));
  if (panel !== null && inPanel.some(hasInk)) return inPanel.filter(hasInk).map((ink) => onPage(ink, panel, page));
  return inksOf(page);
}

/** Returns a picture that already looks like MNIST's (size, position, light ink on black) unchanged; else null. */
function asMnistHasIt({ width, height, values }: Picture): Bitmap | null {
  if (width !== SIDE || height !== SIDE) return null;
  for (const ink of [values, values.map((value) => 255 - value)]) {
    const normalized = normalize({ width, height, values: ink });
    if (normalized !== null && Buffer.compare(normalized.pixels, ink) === 0) return { width, height, values: ink };
  }
  return null;
}

function inksOf(picture: Field): Bitmap[] {
  const factor = Math.ceil(MIN_SIDE / Math.max(picture.width, picture.height));
  const page = factor > 1 ? enlarged(picture, factor) : picture;
  const { inkIsDark, isDoubtful } = polarityOf(page);
  const polarities = isDoubtful ? [inkIsDark, !inkIsDark] : [inkIsDark];
  return polarities.flatMap((isDark) => {
    const darkInked = isDark ? page : map(page, (value) => 255 - value);
    const found = binarize(contrastOf(darkInked, factor > 1, 'continued'));
    const margin = marginOf(darkInked);
    const cut = margin === null ? null : binarize(contrastOf(darkInked, factor > 1, margin));
    return cut === null ? [writingIn(found, page)] : [writingIn(found, page), writingIn(cut, page)];
  });
}

function writingIn(found: Ink | null, { width, height }: Field): Bitmap {
  const ink = new Uint8Array(width * height);
  if (found === null) return { width, height, values: ink };
  const { values } = found.ink;
  const massOf = ({ pixels }: Component) => pixels.reduce((sum, at) => sum + values[at]!, 0);
  for (const { pixels } of writingOf(found.patches, found.ink, massOf)) {
    for (const at of pixels) {
      // Includes the grey edge.
      for (const near of neighbours(at, width, height)) ink[near] = Math.round(255 * values[near]!);
    }
  }
  return { width, height, values: ink };
}

const hasInk = ({ values }: Bitmap): boolean => values.some((value) => value > 0);

/** Puts the ink found in a panel at its position on the page. */
function onPage(ink: Bitmap, panel: Box, { width, height }: Field): Bitmap {
  const scale = ink.width / panel.width;
  const values = new Uint8Array(width * scale * height * scale);
  for (let y = 0; y < ink.height; y++) {
    const row = ink.values.subarray(y * ink.width, (y + 1) * ink.width);
    values.set(row, (panel.top * scale + y) * width * scale + panel.left * scale);
  }
  return { width: width * scale, height: height * scale, values };
}

/** The pixel and its neighbours. */
function neighbours(at: number, width: number, height: number): number[] {
  const x = at % width;
  const y = Math.floor(at / width);
  const near: number[] = [];
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) near.push(ny * width + nx);
  }
  return near;
}
