/** Generates any number of different digits for training, as people draw them with a pen or a mouse. */
import type { Drawing } from '@contract/schemas';
import { type Rng, rngOf } from './rng';
import { type Glyph, type Point, glyph } from './glyph';
import { type Hand, drawByHand } from './handwriting';
import { joined, withHooks } from './hasty-pen';
import { penForms } from './pen-forms';

/** The centre of the forms in `penForms`. */
const MIDDLE: Point = [3.4, 5];

const penHand: Hand = { size: [80, 250], pen: [7, 30], boldest: 0.17 };

/**
 * @param digit 0 to 9
 * @param index distinguishes the drawings of one seed: any integer from 0
 * @returns a drawing of the digit, the same for equal arguments
 */
export function penDigit(digit: number, seed: number, index: number): Drawing {
  const rng = rngOf({ seed, purpose: 'penDigits', index });
  const form = glyph(rng.pick(penForms[digit]!));
  const written = withHooks(joined(careless(form, rng), rng), rng);
  return drawByHand(proportioned(written, rng), rng, penHand);
}

/** Displaces strokes and their points, and rounds corners off. */
function careless(form: Glyph, rng: Rng): Glyph {
  const carelessness = rng.between(0, 0.45);
  const rounded = rng.between(0, 1) < 0.35;
  return form.map(({ points, smooth, corners = [] }) => {
    const [dx, dy] = form.length === 1 ? [0, 0] : [rng.normal(0.3), rng.normal(0.3)];
    return {
      points: points.map(([x, y]): Point => [x + dx + rng.normal(carelessness), y + dy + rng.normal(carelessness)]),
      smooth,
      corners: rounded ? [] : corners,
    };
  });
}

/** Gives the form the proportions of one hand: narrow or wide, top-heavy or not, bent, slanted to the right. */
function proportioned(form: Glyph, rng: Rng): Glyph {
  const width = Math.exp(rng.normal(0.12) - 0.05);
  const taper = rng.normal(0.12);
  const waist = rng.normal(0.12);
  const bend = rng.normal(0.08);
  const arch = rng.normal(0.06);
  const lean = 0.12;
  const place = ([px, py]: Point): Point => {
    const x = (px - MIDDLE[0]) / 5;
    const y = (py - MIDDLE[1]) / 5;
    return [width * x * (1 + taper * y) + bend * y * y - lean * y, y + waist * (1 - y * y) + arch * x * x];
  };
  return form.map((line) => ({ ...line, points: line.points.map(place) }));
}
