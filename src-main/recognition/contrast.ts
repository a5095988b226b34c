/**
 * Measures how much darker each pixel is than the paper around it, independently of the lighting. The paper's
 * brightness is estimated by a morphological closing, which fills the strokes.
 */
import { type Beyond, type Field, blurred, closed, map, otsu, quantile } from './picture';

/** Anything wider than twice this fraction of the longer side is not ink but a shadow, or the table. */
const STROKE_SHARE = 0.14;
/** The same for a small picture, which contains little besides a digit. */
const STROKE_SHARE_OF_SMALL = 0.3;
/** Darker paper is treated as this bright, so that noise in the dark is not taken for ink. */
const MIN_PAPER = 64;
/** In grey levels; scans or drawings with less grain are not smoothed, which would only harm them. */
const MIN_GRAIN = 1;
/** Reached by pictures with two levels and little between them; an even gradient has 0.75. */
const MIN_SEPARATION = 0.8;
/** The fraction of a stroke's step along the border within `EDGE_REACH` of the side; a shadow's edge is softer. */
const MIN_EDGE = 0.45;
const EDGE_REACH = 0.03;

/**
 * @param picture dark ink on light paper, 0 to 255
 * @param isSmall whether it was enlarged
 * @param beyond how the picture continues outside
 * @returns 0 for paper to 1 for black
 */
export function contrastOf(picture: Field, isSmall: boolean, beyond: Beyond): Field {
  const side = Math.max(picture.width, picture.height);
  const radius = Math.ceil((isSmall ? STROKE_SHARE_OF_SMALL : STROKE_SHARE) * side);
  const smooth = isSmall || grainOf(picture) < MIN_GRAIN ? picture : blurred(picture, 1);
  const paper = closed(smooth, radius, beyond).values;
  return map(smooth, (value, at) => Math.max(0, (paper[at]! - value) / Math.max(MIN_PAPER, paper[at]!)));
}

/** The picture's grain: the median difference between neighbouring pixels. */
function grainOf({ width, values }: Field): number {
  const differences: number[] = [];
  for (let at = 2; at < values.length; at += 3) {
    if (at % width >= 2) differences.push(Math.abs(values[at]! - values[at - 2]!));
  }
  return quantile(differences, 0.5);
}

/**
 * The brightness of the paper around a tightly cropped digit whose strokes run into the border, where the picture would
 * otherwise be continued with ink.
 * @param picture dark ink on light paper
 * @returns null if no stroke runs into the border, or the picture does not have two clear levels
 */
export function marginOf(picture: Field): number | null {
  const { values } = picture;
  const { threshold, separation } = otsu(values, 255);
  if (separation < MIN_SEPARATION) return null;
  const { light, dark } = meansOf(values, threshold);
  const step = light - dark;
  const border = borderOf(picture);
  const reach = Math.max(1, Math.round(EDGE_REACH * Math.max(picture.width, picture.height)));
  const at = (i: number) => border[(i + border.length) % border.length]!;
  const edges = border.flatMap((value, i) =>
    value < threshold !== at(i + 1) < threshold ? [Math.abs(at(i + 1 + reach) - at(i - reach))] : [],
  );
  return edges.length > 0 && quantile(edges, 0.5) >= MIN_EDGE * step ? light : null;
}

/** The means of the values from the threshold upwards, and of those below it. */
function meansOf(values: Float32Array, threshold: number): { light: number; dark: number } {
  let [lightSum, lightCount, darkSum] = [0, 0, 0];
  for (const value of values) {
    if (value >= threshold) {
      lightSum += value;
      lightCount++;
    } else darkSum += value;
  }
  return { light: lightSum / lightCount, dark: darkSum / (values.length - lightCount) };
}

/** The values along the border, clockwise from the upper left. */
function borderOf({ width, height, values }: Field): number[] {
  const along = (count: number, at: (i: number) => number) => Array.from({ length: count }, (_, i) => values[at(i)]!);
  return [
    ...along(width, (i) => i),
    ...along(height, (i) => (i + 1) * width - 1),
    ...along(width, (i) => height * width - 1 - i),
    ...along(height, (i) => (height - 1 - i) * width),
  ];
}
