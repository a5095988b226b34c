/**
 * How much darker than the paper around it each pixel is, whatever the light on the paper. The paper's brightness is that
 * of the picture after a closing, which fills the strokes.
 */
import { type Beyond, type Field, blurred, closed, map, otsu, quantile } from './picture';

/** What is wider than twice this share of the longer side is not ink but a shadow, or the table. */
const STROKE_SHARE = 0.14;
/** The same of a small picture, which is a digit and little else. */
const STROKE_SHARE_OF_SMALL = 0.3;
/** Paper darker than this is taken for this bright, so that noise in the dark is not taken for ink. */
const MIN_PAPER = 64;
/** In grey levels; a scan or a drawing with less would only lose by being smoothed. */
const MIN_GRAIN = 1;
/** Two levels and little between them; a picture that grows darker evenly has 0.75. */
const MIN_SEPARATION = 0.8;
/** Along the border a stroke's edge is this sharp, unlike a shadow's: so much of the step, in such a share of the side. */
const MIN_EDGE = 0.45;
const EDGE_REACH = 0.03;

/**
 * @param picture dark ink on light paper, 0 to 255
 * @param isSmall whether it was enlarged
 * @param beyond what the picture goes on with
 * @returns 0 as the paper, 1 black
 */
export function contrastOf(picture: Field, isSmall: boolean, beyond: Beyond): Field {
  const side = Math.max(picture.width, picture.height);
  const radius = Math.ceil((isSmall ? STROKE_SHARE_OF_SMALL : STROKE_SHARE) * side);
  const smooth = isSmall || grainOf(picture) < MIN_GRAIN ? picture : blurred(picture, 1);
  const paper = closed(smooth, radius, beyond).values;
  return map(smooth, (value, at) => Math.max(0, (paper[at]! - value) / Math.max(MIN_PAPER, paper[at]!)));
}

/** How much pixels near each other differ where there is no edge: the median. */
function grainOf({ width, values }: Field): number {
  const differences: number[] = [];
  for (let at = 2; at < values.length; at += 3) {
    if (at % width >= 2) differences.push(Math.abs(values[at]! - values[at - 2]!));
  }
  return quantile(differences, 0.5);
}

/**
 * The brightness of the paper around a digit that was cut out tightly, so that strokes run into the border: with what they
 * are there, the picture would go on with ink.
 * @param picture dark ink on light paper
 * @returns null where no stroke runs into the border, or the picture has not two clear levels
 */
export function marginOf(picture: Field): number | null {
  const { values } = picture;
  const { threshold, separation } = otsu(values, 255);
  if (separation < MIN_SEPARATION) return null;
  const light = meanOf(values.filter((value) => value >= threshold));
  const step = light - meanOf(values.filter((value) => value < threshold));
  const border = borderOf(picture);
  const reach = Math.max(1, Math.round(EDGE_REACH * Math.max(picture.width, picture.height)));
  const at = (i: number) => border[(i + border.length) % border.length]!;
  const edges = border.flatMap((value, i) =>
    value < threshold !== at(i + 1) < threshold ? [Math.abs(at(i + 1 + reach) - at(i - reach))] : [],
  );
  return edges.length > 0 && quantile(edges, 0.5) >= MIN_EDGE * step ? light : null;
}

const meanOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

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
