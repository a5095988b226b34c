/** Digits as people draw them with a pen or a mouse, no two alike: for training, and without end. */
import type { Drawing } from '@contract/schemas';
import { type Chance, chanceOf } from './chance';
import { type Glyph, type Point, glyph } from './glyph';
import { type Hand, drawByHand } from './hand';
import { penForms } from './pen-forms';

/** The middle of a form of `penForms`. */
const MIDDLE: Point = [3.4, 5];

const penHand: Hand = { size: [80, 250], pen: [7, 30], boldest: 0.17 };

/**
 * @param digit 0 to 9
 * @param index tells the drawings of one seed apart: any whole number from 0
 * @returns a drawing of the digit, always the same for the same arguments
 */
export function penDigit(digit: number, seed: number, index: number): Drawing {
  const chance = chanceOf({ seed, purpose: 'penDigits', step: index });
  const form = glyph(chance.pick(penForms[digit]!));
  return drawByHand(proportioned(careless(form, chance), chance), chance, penHand);
}

/** Moves strokes and their points out of their places, and rounds corners off. */
function careless(form: Glyph, chance: Chance): Glyph {
  const carelessness = chance.between(0, 0.45);
  const rounded = chance.between(0, 1) < 0.35;
  return form.map(({ points, smooth, corners = [] }) => {
    const [dx, dy] = form.length === 1 ? [0, 0] : [chance.normal(0.3), chance.normal(0.3)];
    return {
      points: points.map(([x, y]): Point => [
        x + dx + chance.normal(carelessness),
        y + dy + chance.normal(carelessness),
      ]),
      smooth,
      corners: rounded ? [] : corners,
    };
  });
}

/** Gives the form one hand's proportions: narrow or wide, top-heavy or not, bent, leaning to the right. */
function proportioned(form: Glyph, chance: Chance): Glyph {
  const width = Math.exp(chance.normal(0.12) - 0.05);
  const taper = chance.normal(0.12);
  const waist = chance.normal(0.12);
  const bend = chance.normal(0.08);
  const arch = chance.normal(0.06);
  const lean = 0.12;
  const place = ([px, py]: Point): Point => {
    const x = (px - MIDDLE[0]) / 5;
    const y = (py - MIDDLE[1]) / 5;
    return [width * x * (1 + taper * y) + bend * y * y - lean * y, y + waist * (1 - y * y) + arch * x * x];
  };
  return form.map((line) => ({ ...line, points: line.points.map(place) }));
}
