/**
 * Drawings that are not digits, to teach a network to reject them and to measure whether it does. Each is a
 * function of (seed, index). About half of the measured kinds are not used for training: a network that was trained to
 * reject an A is also measured with an H.
 *
 * Shapes that people take for digits are left out: O, I, l, Z, S, B, b, q, g, D, G, T and Y, a slash, a bar.
 */
import type { Drawing } from '@contract/schemas';
import { type Rng, rngOf } from './rng';
import { type Glyph, type Point, arc, glyph, moved } from './glyph';
import { type Hand, drawByHand, usualHand } from './handwriting';

interface Kind {
  name: string;
  make: (rng: Rng) => Glyph;
  hand: Hand;
}

export interface NonDigit {
  /** e.g. `letter A` or `spiral`. */
  kind: string;
  /** Whether its kind is excluded from training. */
  heldOut: boolean;
  drawing: Drawing;
}

/**
 * Returns one of any number of different drawings for training.
 * @param seed any except the test set's
 * @param index from 0
 */
export function trainingNonDigit(seed: number, index: number): NonDigit {
  if (seed === TEST_SEED) throw new RangeError('This seed is reserved for the test set');
  const kinds = [...trainingKinds, ...untestedKinds];
  return draw(kinds[index % kinds.length]!, false, seed, index);
}

/** Returns the same number of drawings of each kind, including kinds excluded from training. */
export function testNonDigits(): NonDigit[] {
  const kinds = [...trainingKinds, ...heldOutKinds];
  return Array.from({ length: TEST_EACH * kinds.length }, (_, i) => {
    const at = i % kinds.length;
    return draw(kinds[at]!, at >= trainingKinds.length, TEST_SEED, i);
  });
}

export const TEST_SEED = 0xd1617;
const TEST_EACH = 5;

function draw({ name, make, hand }: Kind, heldOut: boolean, seed: number, index: number): NonDigit {
  const rng = rngOf({ seed, purpose: 'nonDigits', index });
  return { kind: name, heldOut, drawing: drawByHand(make(rng), rng, hand) };
}

/** Kinds that are drawn from a pattern on a sheet of 10 x 10. */
function patterns(group: string, glyphs: Record<string, string>): Kind[] {
  return Object.entries(glyphs).map(([name, text]) => ({
    name: `${group} ${name}`,
    make: () => glyph(text),
    hand: usualHand,
  }));
}

const kind = (name: string, make: Kind['make'], hand = usualHand): Kind => ({ name, make, hand });

const trainingKinds: Kind[] = [
  ...patterns('letter', {
    A: '0,10 4,0 8,10; 1.5,6.5 6.5,6.5',
    F: '0,10 0,0 7,0; 0,4.5 5.5,4.5',
    M: '0,10 1,0 5,7 9,0 10,10',
    N: '0,10 0,0 7,10 7,0',
    R: '0,10 0,0; ~0,0 5,0 6.5,2.5 4.5,5 0,5.2; 3,5.2 7,10',
    X: '0,0 8,10; 8,0 0,10',
    V: '0,0 4,10 8,0',
    P: '0,10 0,0; ~0,0 5,0 6.5,2.5 4.5,5.2 0,5.5',
    U: '~0,0 0,6 1,9.3 4,10 6.5,9 7.3,6 7.3,0',
    'e small': '~0.5,5.5 6.5,5 7,3 4.5,1 1.5,2.5 0.5,6 2.5,9.3 6.5,8.5',
    'h small': '0,0 0,10; ~0,6 2,4 4.5,4 5.5,6 5.5,10',
    'k small': '0,0 0,10; 5.5,3.5 0,7 6,10',
    'm small': '0,3 0,10; ~0,5 2,3 4,4 4.3,10; ~4.3,5 6.3,3 8.3,4 8.7,10',
  }),
  ...patterns('shape', {
    triangle: '0,9 5,0 10,9 0,9',
    square: '0,0 10,0 10,10 0,10 0,0',
    arrow: '0,5 10,5; 6.5,2 10,5 6.5,8',
    'check mark': '0,6 3.5,10 10,0',
    house: '0,10 0,4 5,0 10,4 10,10 0,10',
    wave: '~0,5 2,2 4,5 6,8 8,5 10,2 12,5',
  }),
  kind('shape smiley', () => [
    arc([5, 5], 5, -0.25, -1.03),
    ...glyph('3.3,3 3.3,3.8; 6.7,3 6.7,3.8; ~2.5,6.3 5,8 7.5,6.3'),
  ]),
  ...patterns('symbol', {
    plus: '5,0 5,10; 0,5 10,5',
    equals: '0,2 10,2; 0,7 10,7',
    question: '~0,2.5 1.5,0.3 4,0 6,2 5,4.2 3.3,5.5 3.2,7.2; 3.2,9.6 3.2,10',
    percent: '8,0 0,10; ~1.5,0 0,1.5 1.5,3 3,1.5 1.5,0; ~7,7 5.5,8.5 7,10 8.5,8.5 7,7',
    dash: '0,0 10,0',
  }),
  kind('dot', () => glyph('0,0 0.1,0.1'), { size: [0.1, 5], pen: [8, 28], boldest: Infinity }),
  kind('zigzag', zigzag),
  kind('scribble', scribble),
  kind('curve', curve),
  kind('two digits', twoDigits),
];

/** Used for training, but not for measuring. */
const untestedKinds: Kind[] = [
  ...patterns('letter', {
    'r small': '0,0 0,8; ~0,3 2,0.5 4.5,0.8',
    J: '~5,0 5,6 4.3,9 2,10 0,8.5',
    L: '0,0 0,10 6,10',
    'I Cyrillic': '0,0 0,10 7,0 7,10',
    Omega: '~0,10 2.5,9.5 0.5,5 2,1 5,0 8,1 9.5,5 7.5,9.5 10,10',
    Psi: '~0,0 0.5,4 4,6 7.5,4 8,0; 4,0 4,10',
    Sha: '0,0 0,10 8,10 8,0; 4,0 4,10',
    Sigma: '7,0 0,0 4,5 0,10 7,10',
    Yu: '0,0 0,10; 0,5 3,5; ~6.5,0 3.5,2 3,5 3.5,8 6.5,10 9.5,8 10,5 9.5,2 6.5,0',
    Zhe: '4.5,0 4.5,10; 0,0 4.5,5 9,0; 0,10 4.5,5 9,10',
  }),
  ...patterns('shape', {
    'bow tie': '0,0 10,6 10,0 0,6 0,0',
    brace: '~4,0 2,1 2.5,4 0,5! 2.5,6 2,9 4,10',
    bracket: '4,0 0,0 0,10 4,10',
    cloud: '~1,7 0,5 2,3 3,1 5.5,0 7.5,2 9.5,3 10,5.5 8,7 1,7',
    crescent: '~6,0 2,1 0,5 2,9 6,10; ~6,0 4,2.5 3.5,5 4,7.5 6,10',
    cup: '0,0 1,8 6,8 7,0 0,0; ~7,1.5 9.5,2 9,4.5 6.5,5',
    fish: '~0,3 3,0.5 7,1.5 10,5; ~0,3 3,6 7,4.5 10,1; 10,1 10,5',
    flag: '0,10 0,0 7,2 0,4.5',
    infinity: '~5,3 2,0.5 0,3 2,5.5 5,3 8,0.5 10,3 8,5.5 5,3',
    lightning: '5,0 1,5 5,4.5 2,10',
    tree: '5,10 5,6; 0,6 5,0 10,6 0,6',
  }),
  ...patterns('symbol', {
    division: '0,5 8,5; 4,1 4,1.5; 4,8.5 4,9',
    euro: '~8,1 5,0 2,2 1,5 2,8 5,10 8,9; 0,4 5,4; 0,6 5,6',
    'less than': '7,0 0,4 7,8',
    'not equal': '0,3 8,3; 0,7 8,7; 6,0 2,10',
    root: '0,5 1.5,4.5 3.5,10 6,0 10,0',
  }),
];

const heldOutKinds: Kind[] = [
  ...patterns('letter', {
    E: '7,0 0,0 0,10 7,10; 0,5 5.5,5',
    H: '0,0 0,10; 7,0 7,10; 0,5 7,5',
    K: '0,0 0,10; 7,0 0,6; 2.3,4.5 7.5,10',
    W: '0,0 2.5,10 5,3 7.5,10 10,0',
    C: '~7,1.5 4.5,0 1.5,1.5 0.3,5 1.5,8.5 4.5,10 7.2,8.5',
    'n small': '0,0 0,8; ~0,3 2.5,0.3 5,0.8 6,3 6,8',
    'w small': '~0,0 1,5 2.5,6.5 4,5 4.7,1 5.3,5 7,6.5 8.7,4 9,0',
    'f small': '~6,1 4,0 2.7,1.5 2.5,5 2.5,10; 0.5,4 5,4',
  }),
  ...patterns('shape', {
    star: '2,10 5,0 8,10 0,3.7 10,3.7 2,10',
    heart: '~5,10 1,6 0,3 1.5,0.5 4,0.8 5,3; ~5,3 6,0.8 8.5,0.5 10,3 9,6 5,10',
    ladder: '0,0 0,10; 5,0 5,10; 0,3 5,3; 0,7 5,7',
    envelope: '0,0 12,0 12,8 0,8 0,0 6,5 12,0',
    stairs: '0,10 0,7 3.3,7 3.3,3.5 6.6,3.5 6.6,0 10,0',
    crown: '0,8 0,0 3,4 5,0 7,4 10,0 10,8 0,8',
  }),
  ...patterns('symbol', {
    hash: '3,0 2,10; 7,0 6,10; 0,3 9,3; 0,7 9,7',
    ampersand: '~9,10 3,3.5 2.7,1 4.5,0 6,1.5 4.5,3.7 1,6 0.5,8.5 3,10 6,9 8.5,5.5',
    asterisk: '5,0 5,10; 0.7,2.5 9.3,7.5; 9.3,2.5 0.7,7.5',
    pi: '0,1 9,1; 2.7,1 2.3,10; 6.5,1 6.7,10',
    colon: '0,0 0.2,0.4; 0,7 0.2,7.4',
  }),
  kind('symbol at', () => [arc([5, 5], 2, 0, -1), spiral([5, 5], 2, 5, 0, 1.1)]),
  kind('tick', () => glyph('0,10 2,0'), { size: [8, 24], pen: [12, 28], boldest: Infinity }),
  kind('spiral', (rng) => [spiral([0, 0], 0.5, 10, rng.between(0, 1), rng.between(2.4, 3.5))]),
  kind('loops', loops),
  kind('hatching', hatching),
  kind('blot', blot, { size: [60, 160], pen: [14, 28], boldest: 0.2 }),
  kind('many curves', (rng) => Array.from({ length: rng.whole(3, 5) }, () => curve(rng)).flat()),
];

function spiral([x, y]: Point, inner: number, outer: number, from: number, turns: number): Glyph[number] {
  const count = Math.ceil(turns * 10) + 1;
  const points = Array.from({ length: count }, (_, i): Point => {
    const t = i / (count - 1);
    const angle = 2 * Math.PI * (from + turns * t);
    const radius = inner + (outer - inner) * t;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return { points, smooth: true };
}

/** Has too many corners for a Z or a 3. */
function zigzag(rng: Rng): Glyph {
  const corners = rng.whole(5, 9);
  const height = rng.between(2, 8);
  const points = Array.from({ length: corners }, (_, i): Point => [
    (10 * i) / (corners - 1),
    (i % 2) * height + rng.normal(0.5),
  ]);
  return [{ points, smooth: rng.between(0, 1) < 0.3 }];
}

/** Back and forth over a patch, in lines that do not meet. */
function scribble(rng: Rng): Glyph {
  const count = rng.whole(10, 30);
  const points = Array.from({ length: count }, (): Point => [rng.between(0, 10), rng.between(0, 10)]);
  return [{ points, smooth: rng.between(0, 1) < 0.7 }];
}

/** One pen stroke through random points. */
function curve(rng: Rng): Glyph {
  const count = rng.whole(8, 11);
  const points = Array.from({ length: count }, (): Point => [rng.between(0, 10), rng.between(0, 10)]);
  return [{ points, smooth: true }];
}

function loops(rng: Rng): Glyph {
  const count = rng.whole(3, 6);
  const perLoop = 8;
  const width = rng.between(1, 2.5);
  const points = Array.from({ length: count * perLoop }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / perLoop;
    return [(width * 2 * i) / perLoop + width * Math.cos(angle), 2.5 * Math.sin(angle)];
  });
  return [{ points, smooth: true }];
}

function hatching(rng: Rng): Glyph {
  const count = rng.whole(3, 6);
  return Array.from({ length: count }, (_, i) => ({
    points: [
      [(10 * i) / (count - 1), 0],
      [(10 * i) / (count - 1) - 2, 9],
    ],
    smooth: false,
  }));
}

/** A patch that is filled by moving the pen back and forth. */
function blot(rng: Rng): Glyph {
  const rows = rng.whole(12, 20);
  const points = Array.from({ length: rows }, (_, i): Point => {
    const y = i / (rows - 1);
    const half = 5 * Math.sqrt(Math.max(0.1, 1 - (2 * y - 1) ** 2));
    return [5 + (i % 2 === 0 ? -half : half), 10 * y];
  });
  return [{ points, smooth: true }];
}

/** Digits in their simplest form; two beside each other are a number, not a digit. */
const digits = [
  '~3,0 0.5,2.5 0,6 1.5,9.5 4,9.8 6,7 6,3 4.5,0.5 3,0',
  '3,0 3,10',
  '~0.3,2.5 1.5,0.3 4.5,0.3 5.5,2.5 4,5.5 0,10; 0,10 6,10',
  '~0.5,1 3,0 5.3,1.5 5,3.8 2.5,4.8; ~2.5,4.8 5.5,6 5.5,8.5 3,10 0,9',
  '4.5,0 0,6.5 6,6.5; 4.5,3 4.5,10',
  '5.5,0 1,0 0.5,4.5; ~0.5,4.5 3.5,3.7 6,6 5,9 2.5,10 0,9',
  '~5,0 2,3 0.3,6.5 1.5,9.5 4,10 5.8,8 4.5,5.7 2,6 0.5,7.5',
  '0,0 6,0 2.5,10',
  '~4,5 1,3 1,1 3,0 5,1 5,3 2,5 0.3,7.5 1.5,9.7 4.3,9.7 5.7,7.5 4,5',
  '~5.5,2.5 4,0.2 1.5,0.7 0.5,3 2,5 4.5,4.7 5.5,2.5; ~5.5,2.5 5,6 4,10',
];

function twoDigits(rng: Rng): Glyph {
  const one = () => glyph(rng.pick(digits));
  return [...one(), ...moved(one(), rng.between(7, 9), 0)];
}
