/**
 * Parts ink from paper. Two thresholds, as J. Canny has them ("A computational approach to edge detection", 1986): what
 * stands out from the paper's own noise may be ink, and the largest patch of it shows how dark ink is here. Then a
 * pixel is ink if it is dark for its surroundings, since a pen fades along its stroke.
 */
import { type Component, componentsOf } from './components';
import { type Field, dilated, map, otsu, quantile } from './picture';
import { writingOf } from './writing';

/** Ink is darker than the paper around it by this share at least. */
const MIN_CONTRAST = 0.09;
/** By this many standard deviations of the paper's noise at least. */
const MIN_OVER_NOISE = 6;
/** What has less than this share of the ink around is the edge of a stroke, or of a shadow. */
const EDGE = 0.4;
/** The faintest stroke has this share of the darkest's ink. */
const MIN_STROKE = 0.3;
/** And at its darkest this share; what has less all over is a shadow. */
const MIN_PATCH = 0.5;
/** How far around a pixel its surroundings reach, as a share of the longer side. */
const SURROUNDINGS = 0.02;

export interface Ink {
  /** 0 paper to 1 full ink, the grey edges of the strokes included. */
  ink: Field;
  /** The patches of ink, shadows left out. */
  patches: Component[];
}

/** @param contrast see `contrastOf` @returns null where nothing stands out */
export function binarize(contrast: Field): Ink | null {
  const { width, height, values } = contrast;
  const paper = paperOf(contrast);
  const low = paper.level + Math.max(MIN_CONTRAST, MIN_OVER_NOISE * paper.noise);
  const patches = componentsOf(width, height, (at) => values[at]! > low);
  // Squared: a shadow's edge is large and faint, and no speck is as large as a digit.
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

/** The paper's own contrast, which is above 0 because the closing follows its lightest grains, and their spread. */
function paperOf({ width, height, values }: Field): { level: number; noise: number } {
  const { threshold } = otsu(values, 1);
  const paper = values.filter((value) => value <= threshold);
  const level = quantile(paper, 0.5);
  const spread =
    1.4826 *
    quantile(
      paper.map((value) => Math.abs(value - level)),
      0.5,
    );
  // Pixels so far apart share nothing of the blur.
  const apart = 3;
  const differences: number[] = [];
  for (let y = 0; y < height; y += 2) {
    for (let x = apart; x < width; x += 2)
      differences.push(Math.abs(values[y * width + x]! - values[y * width + x - apart]!));
  }
  const grain = (1.4826 / Math.SQRT2) * quantile(differences, 0.5);
  return { level, noise: Math.max(spread, grain) };
}
