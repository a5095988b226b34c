/** Draws glyphs like handwriting, each one different. */
import type { Drawing } from '@contract/schemas';
import { PAD_SIDE } from '../recognition/rasterize';
import type { Rng } from './rng';
import { type Glyph, type Point, trace } from './glyph';

/** The ranges in which drawings vary; lengths are in pad units. */
export interface Hand {
  /** The longer side of the drawing, without the pen's width. */
  size: readonly [min: number, max: number];
  pen: readonly [min: number, max: number];
  /** The pen's largest width as a fraction of the size: with more, small drawings fill with ink. */
  boldest: number;
}

/** How people usually draw on the pad, often filling most of it. */
export const usualHand: Hand = { size: [70, 235], pen: [8, 28], boldest: 0.13 };

/**
 * @returns the glyph with unsteady points, bowed and wavering lines that end too early or too late, slanted,
 *   rotated, stretched, and with a random size and position on the pad; points are in whole pad units
 */
export function drawByHand(lines: Glyph, rng: Rng, hand: Hand = usualHand): Drawing {
  const unsteady = rng.between(0.01, 0.04) * extent(lines.flatMap(({ points }) => points)).side;
  const shaken = lines.map((line) => ({
    ...line,
    points: line.points.map(([x, y]): Point => [x + rng.normal(unsteady), y + rng.normal(unsteady)]),
  }));
  const strokes = shaken.map((line) => waver(withEnds(trace(line), rng), unsteady, rng));

  const slant = rng.normal(0.2);
  const angle = rng.normal(0.1);
  const stretch = Math.exp(rng.normal(0.15));
  const turned = strokes.map((points) =>
    points.map(([x, y]): Point => {
      const sx = (x - slant * y) * stretch;
      return [sx * Math.cos(angle) - y * Math.sin(angle), sx * Math.sin(angle) + y * Math.cos(angle)];
    }),
  );

  const { left, top, width, height, side } = extent(turned.flat());
  const size = rng.between(...hand.size);
  const pen = Math.round(Math.min(rng.between(...hand.pen), hand.boldest * size));
  const scale = size / side;
  const room = (length: number) => Math.max(0, PAD_SIDE - pen - length * scale);
  const x = pen / 2 + rng.between(0.2, 0.8) * room(width);
  const y = pen / 2 + rng.between(0.2, 0.8) * room(height);
  return {
    strokes: turned.map((points) => ({
      width: pen,
      points: spaced(points.map(([px, py]): Point => [x + (px - left) * scale, y + (py - top) * scale])),
    })),
  };
}

function extent(points: readonly Point[]) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const width = Math.max(...xs) - left;
  const height = Math.max(...ys) - top;
  return { left, top, width, height, side: Math.max(width, height) };
}

/** Shortens a stroke at its ends, or extends it. */
function withEnds(points: Point[], rng: Rng): Point[] {
  if (points.length < 3) return points;
  const most = Math.floor(points.length * 0.06);
  const kept = points.slice(rng.whole(0, most), points.length - rng.whole(0, most));
  const [last, before] = [kept.at(-1)!, kept.at(-2)!];
  const beyond = rng.between(0, 1.5);
  return [...kept, [last[0] + (last[0] - before[0]) * beyond, last[1] + (last[1] - before[1]) * beyond]];
}

/** Moves a stroke's points along two slow waves. */
function waver(points: Point[], strength: number, rng: Rng): Point[] {
  const wave = () => {
    const amplitude = rng.normal(strength);
    const turns = rng.between(0.3, 2);
    const phase = rng.between(0, 2 * Math.PI);
    return (t: number) => amplitude * Math.sin(phase + 2 * Math.PI * turns * t);
  };
  const [byX, byY] = [wave(), wave()];
  return points.map(([x, y], i): Point => [x + byX(i / points.length), y + byY(i / points.length)]);
}

/** The minimum distance between points in pad units, which suffices for a smooth line. */
const SPACING = 6;

/** Rounds the points to whole units and drops those too near the previous one, but keeps the last. */
function spaced(points: readonly Point[]): [number, number][] {
  const kept: [number, number][] = [];
  points.forEach(([x, y], i) => {
    const last = kept.at(-1);
    const point: [number, number] = [Math.round(x), Math.round(y)];
    if (last !== undefined && Math.hypot(point[0] - last[0], point[1] - last[1]) < SPACING) {
      if (i < points.length - 1 || kept.length === 1) return;
      kept.pop();
    }
    kept.push(point);
  });
  return kept;
}
