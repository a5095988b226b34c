import type { Drawing } from '@contract/schemas';

/** The pen's largest width as a fraction of the drawing's side; MNIST's boldest strokes have a fifth of it. */
const MAX_SHARE = 0.17;

/**
 * Makes the pen finer for small digits: drawn with the same pen as large ones, their loops fill with ink.
 * @returns the drawing itself if its pen is fine enough
 */
export function withReadablePen(drawing: Drawing): Drawing {
  const points = drawing.strokes.flatMap(({ erases, points }) => (erases ? [] : points));
  const pen = drawing.strokes.reduce((max, { erases, width }) => (erases ? max : Math.max(max, width)), 0);
  const extent = Math.max(extentAlong(points, 0), extentAlong(points, 1));
  const scale = (MAX_SHARE * extent) / pen;
  // Nothing would be left of a dot.
  if (!(scale < 1) || extent < pen) return drawing;
  return {
    strokes: drawing.strokes.map((stroke) =>
      stroke.erases ? stroke : { ...stroke, width: Math.max(1, stroke.width * scale) },
    ),
  };
}

function extentAlong(points: Drawing['strokes'][number]['points'], axis: 0 | 1): number {
  let [min, max] = [Infinity, -Infinity];
  for (const point of points) {
    min = Math.min(min, point[axis]);
    max = Math.max(max, point[axis]);
  }
  return points.length === 0 ? 0 : max - min;
}
