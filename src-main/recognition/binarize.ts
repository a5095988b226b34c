/**
 * Separates ink from paper with two thresholds, as in J. Canny, "A computational approach to edge detection", 1986:
 * pixels that stand out from the paper's noise may be ink, and the largest patch of them shows how dark the ink is.
 * Then a pixel is ink if it is dark relative to its surroundings, since a pen fades along its stroke.
 */
import { type Component, componentsOf } from './components';
import { type Field, dilated, map, otsu, quantile } from './picture';
import { writingOf } from './writing';

/** Ink is darker than the paper around it by at least this fraction. */
const MIN_CONTRAST = 0.09;
/** Ink also exceeds the paper's noise by at least this many standard deviations. */
const MIN_OVER_NOISE = 6;
/** A pixel with less than this fraction of the ink around it is the edge of a stroke or of a shadow. */
const EDGE = 0.4;
/** The faintest stroke has at least this fraction of the darkest stroke's ink. */
const MIN_STROKE = 0.3;
/** The darkest pixel of a patch has at least this fraction; a patch without one is a shadow. */
const MIN_PATCH = 0.5;
/** The radius of a pixel's surroundings, as a fraction of the longer side. */
const SURROUNDINGS = 0.02;

export interface Ink {
  /** 0 paper to 1 full ink, including the grey edges of the strokes. */
  ink: Field;
  /** The patches of ink, without shadows. */
  patches: Component[];
}

/** @param contrast see `contrastOf` @returns null if nothing stands out */
export function binarize(contrast: Field): Ink | null {
  const { width, height, values } = contrast;
  const paper = paperOf(contrast);
  const low = paper.level + Math.max(MIN_CONTRAST, MIN_OVER_NOISE * paper.noise);
  const patches = componentsOf(width, height, (at) => values[at]! > low);
  // Squared, because a shadow's edge is large but faint. Specks are smaller than digits in any case.
  const massOf = ({ pixels }: Component) => pixels.reduce((sum, at) => sum + (values[at]! - paper.level) ** 2, 0);
  const largest = writingOf(patches, contrast, massOf)
    .map((patch) => ({ patch, mass: massOf(patch) }))
    .reduce<{ patch: Component; mass: number } | null>((a, b) => (a !== null && a.mass >= b.mass ? a : b), null);
  if (largest === null) return null;
  const full =
    quantile(
      largest.patch.pixels.map((at) => values[at]!),
      0.8,
    ) - paper.level;

  const min = Math.max(low, paper.level + MIN_STROKE * full);
  const around = dilated(contrast, Math.max(1, Math.round(SURROUNDINGS * Math.max(width, height))), 0).values;
  const fullAt = (at: number) => Math.min(full, Math.max(around[at]!, min) - paper.level);
  const share = (at: number) => (values[at]! - paper.level) / fullAt(at);
  const isInk = (at: number) => values[at]! > low && share(at) > EDGE;
  const isDark = ({ pixels }: Component) =>
    quantile(
      pixels.map((at) => values[at]!),
      0.9,
    ) -
      paper.level >=
    MIN_PATCH * full;
  return {
    ink: map(contrast, (_, at) => Math.min(1, Math.max(0, share(at)))),
    patches: componentsOf(width, height, isInk).filter(isDark),
  };
}

/** The paper's level of contrast, above 0 because the closing follows the lightest grains, and its noise. */
function paperOf({ width, height, values }: Field): { level: number; noise: number } {
  const { threshold } = otsu(values, 1);
  const paper = upTo(threshold, values);
  const level = quantile(paper, 0.5);
  const spread =
    1.4826 *
    quantile(
      paper.map((value) => Math.abs(value - level)),
      0.5,
    );
  // Pixels this far apart are not correlated by the blur.
  const apart = 3;
  const differences = new Float32Array(Math.ceil(height / 2) * Math.ceil(Math.max(0, width - apart) / 2));
  let count = 0;
  for (let y = 0; y < height; y += 2) {
    for (let x = apart; x < width; x += 2)
      differences[count++] = Math.abs(values[y * width + x]! - values[y * width + x - apart]!);
  }
  const grain = (1.4826 / Math.SQRT2) * quantile(differences, 0.5);
  return { level, noise: Math.max(spread, grain) };
}

/** The values that do not exceed a limit. `filter` does the same several times as slowly. */
function upTo(limit: number, values: Float32Array): Float32Array {
  const kept = new Float32Array(values.length);
  let count = 0;
  for (const value of values) if (value <= limit) kept[count++] = value;
  return kept.subarray(0, count);
}
