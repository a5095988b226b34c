/** Finds a short stroke that turns the answer into another digit. */
import { setImmediate } from 'node:timers/promises';
import type { TurningStroke } from '@contract/recognition';
import type { Drawing, Stroke } from '@contract/schemas';
import { CLASSES, PIXELS, SIDE } from '../data/mnist';
import { frameOf, normalize, place, placementOf } from './normalize';
import { withReadablePen } from './pen-width';
import { PAD_SIDE, rasterize } from './rasterize';
import { type Reader, answerOf } from './reading';
import { recognize } from './recognize';

/** Strokes begin, bend and end at these pixels of the 28 x 28 image in both directions: in the box that has the digit. */
const STEPS = Array.from({ length: 11 }, (_, i) => 4 + 2 * i);
const POSITIONS = STEPS.flatMap((x) => STEPS.map((y): Position => [x, y]));
/** The maximum length of a straight part, in pixels of the image. */
const MAX_LENGTH = 14;
const MAX_PARTS = 4;
/** How many of the strokes with the same number of parts get another part: those that come closest to the digit. */
const KEPT = 100;
/** Strokes that are tried together; other work waits for one such batch, about 10 ms. */
const BATCH = { inImage: 250, onPad: 10 };
/** How many of them are drawn on the pad: those that come closest, and the shortest that work on the 28 x 28 image. */
const CLOSEST = 300;
const SHORTEST = 50;

type Position = readonly [x: number, y: number];
/** The ends of a stroke's straight parts. */
type Line = readonly Position[];

const distance = ([ax, ay]: Position, [bx, by]: Position) => Math.hypot(bx - ax, by - ay);
const lengthOf = (line: Line) => line.slice(1).reduce((sum, to, i) => sum + distance(line[i]!, to), 0);

/** Lines that continue at the end. */
const extended = (line: Line): Line[] =>
  POSITIONS.filter((to) => to !== line.at(-1) && distance(line.at(-1)!, to) <= MAX_LENGTH).map((to) => [...line, to]);

/**
 * Looks for a stroke of the drawing's pen: straight ones first, then with one bend, two and three, each time continuing
 * those that come closest (beam search). The shortest that works is shortened further. All strokes are tried on the 28 x 28
 * image. The promising ones are drawn on the pad and read like any drawing, since a stroke also changes how the drawing is
 * placed. It yields to other work in between.
 * @param getReader called again after other work, since the network may be freed meanwhile; null ends the work
 * @param digit the wanted answer
 * @returns null if no stroke was found, or nothing is drawn
 */
export async function turningStroke(
  getReader: () => Reader | null,
  drawing: Drawing,
  digit: number,
): Promise<TurningStroke | null> {
  const readable = withReadablePen(drawing);
  const ink = rasterize(readable);
  const placement = placementOf(ink);
  const [pen, readablePen] = [drawing, readable].map(({ strokes }) => strokes.findLast(({ erases }) => !erases));
  if (placement === null || !pen || !readablePen) return null;
  const image = place(ink, placement);
  const { x: left, y: top, width, height } = frameOf(placement);
  const radius = (readablePen.width * SIDE) / width / 2;
  const strokeOf = (line: Line): Stroke => ({
    width: pen.width,
    points: line.map(([x, y]) => [withinPad(left + (x * width) / SIDE), withinPad(top + (y * height) / SIDE)]),
  });
  const confirm = async (line: Line): Promise<TurningStroke | null> => {
    await setImmediate();
    const stroke = strokeOf(line);
    const answer = recognize(getReader(), { strokes: [...drawing.strokes, stroke] });
    return answer.digit === digit ? { stroke, probability: answer.probabilities[digit]! } : null;
  };

  const paintInImage: Paint = (pixels, line) => {
    pixels.set(image);
    line.slice(1).forEach((to, i) => drawPart(pixels, line[i]!, to, radius));
  };
  const paintOnPad: Paint = (pixels, line) => {
    const whole = withReadablePen({ strokes: [...drawing.strokes, strokeOf(line)] });
    pixels.set(normalize(rasterize(whole))!.pixels);
  };

  let lines: Line[] = POSITIONS.map((at) => [at]);
  for (let parts = 1; parts <= MAX_PARTS; parts++) {
    const inImage = await tryInTurns(getReader, lines.flatMap(extended), paintInImage, digit, BATCH.inImage);
    const onPad = await tryInTurns(getReader, promising(inImage), paintOnPad, digit, BATCH.onPad);
    for (const { line } of byLength(onPad.filter(({ works }) => works))) {
      const found = await confirm(line);
      if (found !== null) return shortened(line, found, confirm);
    }
    lines = byProbability(onPad)
      .slice(0, KEPT)
      .map(({ line }) => line);
  }
  return null;
}

/** Paints the drawing with this stroke into 28 x 28 pixels. */
type Paint = (pixels: Uint8Array, line: Line) => void;

interface Tried {
  line: Line;
  /** Of the wanted digit. */
  logProbability: number;
  /** Whether the wanted digit is the answer. */
  works: boolean;
}

const byLength = (tried: Tried[]) => tried.toSorted((a, b) => lengthOf(a.line) - lengthOf(b.line));
const byProbability = (tried: Tried[]) => tried.toSorted((a, b) => b.logProbability - a.logProbability);

/** The strokes that come closest, and the shortest of those that work. */
function promising(tried: Tried[]): Line[] {
  const closest = byProbability(tried).slice(0, CLOSEST);
  const shortest = byLength(tried.filter(({ works }) => works)).slice(0, SHORTEST);
  return [...new Set([...closest, ...shortest])].map(({ line }) => line);
}

const withinPad = (value: number) => Math.min(PAD_SIDE, Math.max(0, value));

/** Reads the drawing with each of these strokes, yielding to other work in between. @returns none once the work has ended */
async function tryInTurns(
  getReader: () => Reader | null,
  lines: Line[],
  paint: Paint,
  digit: number,
  batchSize: number,
): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (let start = 0; start < lines.length; start += batchSize) {
    const batch = lines.slice(start, start + batchSize);
    const images = new Uint8Array(batch.length * PIXELS);
    batch.forEach((line, i) => {
      paint(images.subarray(i * PIXELS, (i + 1) * PIXELS), line);
    });
    await setImmediate();
    const reader = getReader();
    if (reader === null) return [];
    const all = reader.network.logProbabilities(images, batch.length);
    batch.forEach((line, i) => {
      const row = all.subarray(i * CLASSES, (i + 1) * CLASSES);
      tried.push({ line, logProbability: row[digit]!, works: answerOf(reader, row).digit === digit });
    });
  }
  return tried;
}

/** Inks the pixels by their distance from the straight line, with one grey pixel at the edge. */
function drawPart(pixels: Uint8Array, [ax, ay]: Position, [bx, by]: Position, radius: number): void {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const reach = radius + 1;
  for (let y = Math.floor(Math.min(ay, by) - reach); y <= Math.max(ay, by) + reach; y++) {
    for (let x = Math.floor(Math.min(ax, bx) - reach); x <= Math.max(ax, bx) + reach; x++) {
      if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) continue;
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
      const [offX, offY] = [px - along * dx, py - along * dy];
      const depth = radius + 0.5 - Math.sqrt(offX * offX + offY * offY);
      const value = Math.round(255 * Math.min(1, depth));
      if (value > pixels[y * SIDE + x]!) pixels[y * SIDE + x] = value;
    }
  }
}

/** Moves one end after the other along its part, by a quarter at first, for as long as it works. */
async function shortened(
  line: Line,
  found: TurningStroke,
  confirm: (line: Line) => Promise<TurningStroke | null>,
): Promise<TurningStroke> {
  let [best, shortest] = [found, line];
  for (const share of [0.25, 0.25, 0.1, 0.1]) {
    for (const reversed of [false, true]) {
      const [[fromX, fromY], next, ...others] = (reversed ? shortest.toReversed() : shortest) as [Position, Position];
      const shorter: Line = [[fromX + share * (next[0] - fromX), fromY + share * (next[1] - fromY)], next, ...others];
      const answer = await confirm(shorter);
      if (answer !== null) [best, shortest] = [answer, reversed ? shorter.toReversed() : shorter];
    }
  }
  return best;
}
