/** What a hasty pen does to a digit: it joins strokes between which others lift the pen, and leaves hooks at their ends. */
import type { Glyph, Line, Point } from './glyph';
import type { Rng } from './rng';

/** The share of forms with several strokes whose first two are joined. */
const JOINED = 0.25;
/** The share of these joined at the nearest ends; the others are in the order in which they are usually written. */
const AT_NEAREST_ENDS = 0.5;
/** The share of joints with corners. */
const SHARP = 0.6;
/** The share of ends with a hook, and its length on the forms' sheet. */
const HOOKED = 0.15;
const HOOK: readonly [min: number, max: number] = [0.3, 1.1];

/** Joins a form's first two strokes, sometimes: the pen stays on the paper between them. */
export function joined(form: Glyph, rng: Rng): Glyph {
  const [first, second, ...others] = form;
  if (first === undefined || second === undefined || rng.between(0, 1) >= JOINED) return form;
  const written = [curved(first), curved(second)] as const;
  const [one, other] = rng.between(0, 1) < AT_NEAREST_ENDS ? nearest(...written) : written;
  const joint = one.points.length;
  const sharp = rng.between(0, 1) < SHARP ? [joint - 1, joint] : [];
  return [
    {
      points: [...one.points, ...other.points],
      smooth: true,
      corners: [...cornersOf(one), ...sharp, ...cornersOf(other).map((corner) => joint + corner)],
    },
    ...others,
  ];
}

/** Adds short hooks to some ends, where the pen arrives or leaves while it moves. */
export function withHooks(form: Glyph, rng: Rng): Glyph {
  const isHooked = () => rng.between(0, 1) < HOOKED;
  return form.map((line) => {
    const [first, last] = [line.points[0]!, line.points.at(-1)!];
    const start = isHooked() ? [hookAt(first, rng)] : [];
    const end = isHooked() ? [hookAt(last, rng)] : [];
    return {
      points: [...start, ...line.points, ...end],
      smooth: line.smooth,
      corners: cornersOf(line).map((corner) => start.length + corner),
    };
  });
}

function hookAt([x, y]: Point, rng: Rng): Point {
  const angle = rng.between(0, 2 * Math.PI);
  const length = rng.between(...HOOK);
  return [x + length * Math.cos(angle), y + length * Math.sin(angle)];
}

/** The two strokes in the order and directions in which the pen has the shortest way between them. */
function nearest(a: Line, b: Line): [Line, Line] {
  const ways = [
    [a, b],
    [b, a],
  ].flatMap(([one, other]): [Line, Line][] => [
    [one!, other!],
    [reversed(one!), other!],
    [one!, reversed(other!)],
    [reversed(one!), reversed(other!)],
  ]);
  return ways.reduce((shortest, way) => (between(...way) < between(...shortest) ? way : shortest));
}

/** How far the pen moves from the end of one stroke to the start of the other. */
function between({ points }: Line, other: Line): number {
  const [x, y] = points.at(-1)!;
  const [toX, toY] = other.points[0]!;
  return Math.hypot(toX - x, toY - y);
}

const cornersOf = ({ corners = [] }: Line): readonly number[] => corners;

/** The same line as a curve: a polyline has a corner at each point. */
function curved(line: Line): Line {
  return line.smooth ? line : { points: line.points, smooth: true, corners: [...line.points.keys()] };
}

function reversed(line: Line): Line {
  const last = line.points.length - 1;
  return {
    points: line.points.toReversed(),
    smooth: line.smooth,
    corners: cornersOf(line).map((corner) => last - corner),
  };
}
