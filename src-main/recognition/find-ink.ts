/**
 * Finds the writing in a picture: a drawing, a scan, or a photo of paper with uneven light. The paper's own brightness
 * is estimated around each pixel and divided by; what is then darker than Otsu's threshold (N. Otsu, "A threshold
 * selection method from gray-level histograms", 1979) is ink. Specks, frames and the dark around the paper are left out.
 */
import { type Component, componentsOf, longerSide } from './components';
import { type Field, type Picture, blurred, closed, map, shrunk } from './picture';
import type { Bitmap } from './rasterize';

/** More pixels than this along a side tell nothing more about a digit. */
const LONGEST = 400;
/** What is wider than twice this share of the longer side is not ink but a shadow, or the table. */
const WIDEST_STROKE = 0.14;
/** Paper darker than this is taken for this bright, so that noise in the dark is not taken for ink. */
const DARKEST_PAPER = 64;
/** Ink is darker than the paper around it by this share at least. */
const FAINTEST = 0.2;
/** This share of the picture is full ink, if there is any. */
const DARKEST = 0.002;
/** What has less than this share of full ink is a shadow's edge, not a stroke's. */
const EDGE = 0.35;
/** A stroke of its own has this share of the largest's ink at least; what has less is a speck. */
const LIGHTEST = 0.03;
/** In pixels; a digit that is smaller cannot be read. */
const SMALLEST = 8;

/** @returns ink on paper, as a drawing gives it; all paper where there is no writing */
export function findInk(picture: Picture): Bitmap {
  const contrast = contrastOf(withDarkInk(shrunk(picture, LONGEST)));
  const { width, height, values } = contrast;
  const paper = new Uint8Array(width * height);
  const levels = levelsOf(values);
  if (levels.ink - levels.paper < FAINTEST) return { width, height, values: paper };

  const isInk = (at: number) => values[at]! > levels.threshold;
  const ink = paper;
  const massOf = ({ pixels }: Component) => pixels.reduce((sum, at) => sum + values[at]! - levels.paper, 0);
  for (const { pixels } of writing(componentsOf(width, height, isInk), width, height, massOf)) {
    for (const at of pixels) {
      // The grey edge belongs to it.
      for (const near of neighbours(at, width, height)) {
        const share = (values[near]! - levels.paper) / (levels.ink - levels.paper);
        ink[near] = Math.round(255 * Math.min(1, Math.max(0, share)));
      }
    }
  }
  return { width, height, values: ink };
}

/** Inverts a picture with light writing on dark. There is more paper than ink, so the mean lies towards the ink. */
function withDarkInk(picture: Field): Field {
  const radius = Math.ceil(Math.max(picture.width, picture.height) / 4);
  const around = blurred(picture, radius);
  const relative = picture.values.map((value, at) => value - around.values[at]!);
  const mean = relative.reduce((a, b) => a + b, 0) / relative.length;
  return mean > median(relative) ? map(picture, (value) => 255 - value) : picture;
}

/** How much darker than the paper around it each pixel is: 0 as the paper, 1 black. */
function contrastOf(picture: Field): Field {
  const radius = Math.ceil(WIDEST_STROKE * Math.max(picture.width, picture.height));
  const smooth = Math.max(picture.width, picture.height) > LONGEST / 4 ? blurred(picture, 1) : picture;
  const paper = closed(smooth, radius).values;
  return map(smooth, (value, at) => (paper[at]! - value) / Math.max(DARKEST_PAPER, paper[at]!));
}

/** What is paper, what is full ink, and where the one ends and the other begins. */
function levelsOf(contrast: Float32Array): { paper: number; ink: number; threshold: number } {
  const sorted = contrast.slice().sort();
  const middle = median(contrast);
  const noise = 1.4826 * median(contrast.map((value) => Math.abs(value - middle)));
  const paper = middle + 3 * noise;
  // Even a small digit has so many pixels; the few darkest may be specks.
  const ink = sorted[Math.floor((1 - DARKEST) * (sorted.length - 1))]!;
  return { paper, ink, threshold: Math.max(otsu(contrast), middle + 5 * noise, paper + EDGE * (ink - paper)) };
}

/** The threshold that parts the values into two classes that lie furthest apart for their spread. */
function otsu(values: Float32Array): number {
  const bins = 256;
  const counts = new Float64Array(bins);
  for (const value of values) counts[Math.min(bins - 1, Math.floor(value * bins))]!++;
  const total = counts.reduce((sum, count, bin) => sum + count * bin, 0);
  let [below, sumBelow, best, threshold] = [0, 0, 0, 0];
  for (let bin = 0; bin < bins - 1; bin++) {
    below += counts[bin]!;
    sumBelow += counts[bin]! * bin;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (between > best) [best, threshold] = [between, (bin + 1) / bins];
  }
  return threshold;
}

/** Leaves out what is no writing. @param massOf how much ink a component has */
function writing(
  components: Component[],
  width: number,
  height: number,
  massOf: (component: Component) => number,
): Component[] {
  const touchesEdge = ({ left, top, right, bottom }: Component) =>
    left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
  const inside = components.filter((component) => !touchesEdge(component));
  const side = Math.max(0, ...inside.map(longerSide));
  // Where something stands free that may be a digit, what runs into the edge is a frame or lies around the paper.
  const candidates = side >= Math.max(SMALLEST, Math.max(width, height) / 20) ? inside : components;
  const unframed = candidates.filter((frame) => !candidates.some((other) => surrounds(frame, other)));
  const most = Math.max(0, ...unframed.map(massOf));
  return unframed.filter((component) => massOf(component) >= LIGHTEST * most);
}

/** Whether a thin line runs around something that is large enough to be what was written. */
function surrounds(frame: Component, other: Component): boolean {
  const area = (frame.right - frame.left + 1) * (frame.bottom - frame.top + 1);
  return (
    frame.left < other.left &&
    frame.top < other.top &&
    frame.right > other.right &&
    frame.bottom > other.bottom &&
    frame.pixels.length < 0.25 * area &&
    longerSide(other) >= longerSide(frame) / 4
  );
}

/** The pixel itself and those around it. */
function neighbours(at: number, width: number, height: number): number[] {
  const x = at % width;
  const y = Math.floor(at / width);
  const near: number[] = [];
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) near.push(ny * width + nx);
  }
  return near;
}

function median(values: Float32Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0;
}
