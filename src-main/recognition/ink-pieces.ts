/** Cuts the strokes of a drawing into pieces of about the same length. */
import type { PathPoint } from '@contract/pen-path';
import type { Drawing } from '@contract/schemas';
import { type InkPath, pathOf } from './rasterize';

/** The length of a piece as a fraction of the ink's longer side: short enough for a 5's roof, or for half a loop of an 8. */
const LENGTH = 0.2;
/** A drawing with more ink is cut into longer pieces, since each takes a reading. */
const MAX_PIECES = 40;

/** @returns paths that leave the drawing's line when drawn one after the other. Those of erasers are not cut. */
export function inkPieces({ strokes }: Drawing): InkPath[] {
  const paths = strokes.map(pathOf);
  const inked = paths.filter(({ erases }) => !erases);
  const total = inked.reduce((sum, { segments }) => sum + lengthOf(segments), 0);
  const length = Math.max(LENGTH * longerSide(inked), total / MAX_PIECES);
  return paths.flatMap((path) => {
    if (path.erases) return [path];
    const count = Math.max(1, Math.round(lengthOf(path.segments) / length));
    return cut(path.segments, count).map((segments) => ({ ...path, segments }));
  });
}

type Segments = InkPath['segments'];

const distance = ([from, to]: Segments[number]) => Math.hypot(to[0] - from[0], to[1] - from[1]);
const lengthOf = (segments: Segments) => segments.reduce((sum, segment) => sum + distance(segment), 0);

function longerSide(paths: InkPath[]): number {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { segments } of paths) {
    for (const [x, y] of segments.flat()) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return Math.max(1, right - left, bottom - top);
}

/** Cuts a path into pieces of equal length, within a segment where necessary. */
function cut(segments: Segments, count: number): Segments[] {
  const length = lengthOf(segments) / count;
  const pieces: Segments[] = [[]];
  let room = length;
  for (const [begin, to] of segments) {
    let from = begin;
    while (pieces.length < count && distance([from, to]) > room) {
      const middle = between(from, to, room / distance([from, to]));
      pieces.at(-1)!.push([from, middle]);
      pieces.push([]);
      from = middle;
      room = length;
    }
    pieces.at(-1)!.push([from, to]);
    room -= distance([from, to]);
  }
  return pieces;
}

const between = ([ax, ay, aw]: PathPoint, [bx, by, bw]: PathPoint, t: number): PathPoint => [
  ax + t * (bx - ax),
  ay + t * (by - ay),
  aw + t * (bw - aw),
];
