/** Glyphs, the ideal shapes of handwriting: lines and curves through points. */

export type Point = readonly [x: number, y: number];

/** A polyline or a smooth curve through its points. */
export interface Line {
  points: Point[];
  smooth: boolean;
  /** The indices of the points at which a smooth curve has a corner. */
  corners?: readonly number[];
}

/** Has any size and position; x points right, y down. */
export type Glyph = Line[];

/**
 * Parses a glyph: lines separated by `;`, points by spaces, `~` before a curve, and `!` after a point at
 * which a curve has a corner.
 * @param text e.g. `0,10 5,0 10,10; 2,6 8,6` for an A, `~0,0 3,1 6,0! 4,5 3,10` for a 7
 */
export function glyph(text: string): Glyph {
  return text.split(';').map((line) => {
    const smooth = line.trim().startsWith('~');
    const places = line.replace('~', '').trim().split(/\s+/);
    const points = places.map((place): Point => {
      const [x, y] = place.replace('!', '').split(',').map(Number);
      return [x!, y!];
    });
    return { points, smooth, corners: [...places.keys()].filter((i) => places[i]!.endsWith('!')) };
  });
}

/** @param turns the angle in full turns; negative is anticlockwise */
export function arc(centre: Point, radius: number, from: number, turns: number): Line {
  const count = Math.ceil(Math.abs(turns) * 8) + 1;
  const points = Array.from({ length: count }, (_, i): Point => {
    const angle = 2 * Math.PI * (from + (turns * i) / (count - 1));
    return [centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)];
  });
  return { points, smooth: true };
}

/** The glyph moved by (x, y). */
export function moved(lines: Glyph, x: number, y: number): Glyph {
  return lines.map((line) => ({ ...line, points: line.points.map(([px, py]): Point => [px + x, py + y]) }));
}

/** Closely spaced points along a polyline, or along the Catmull-Rom spline through its points. */
export function trace({ points, smooth, corners = [] }: Line): Point[] {
  const perPart = 8;
  const traced: Point[] = [points[0]!];
  for (let i = 0; i + 1 < points.length; i++) {
    const b = points[i]!;
    const c = points[i + 1]!;
    const a = smooth && !corners.includes(i) ? (points[i - 1] ?? b) : b;
    const d = smooth && !corners.includes(i + 1) ? (points[i + 2] ?? c) : c;
    for (let k = 1; k <= perPart; k++) {
      const t = k / perPart;
      traced.push(smooth ? spline(a, b, c, d, t) : [b[0] + (c[0] - b[0]) * t, b[1] + (c[1] - b[1]) * t]);
    }
  }
  return traced;
}

function spline(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const along = (axis: 0 | 1) =>
    b[axis] +
    (t / 2) *
      (c[axis] -
        a[axis] +
        t * (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis] + t * (3 * (b[axis] - c[axis]) + d[axis] - a[axis])));
  return [along(0), along(1)];
}
