/** The map of the digits: where its images are, and what lies over them. `map/painter.ts` paints the images themselves. */
import { type At, RING, placeOn } from '../map/place-on';
import { type Theme, fontFamily } from './theme';

export interface Marks {
  /** count x 2, from -1 to 1: where the images are. */
  points: Float32Array;
  drawing: { point: [number, number]; digit: number | null } | null;
  /** The image that is pointed at, or null. */
  current: number | null;
  theme: Theme;
  /** The screen's pixels for each pixel of the page. */
  scale: number;
}

export const digitColour = (digit: number): string => `digit-${digit}`;

/** Paints a ring around the current image, and the drawing. @param canvas its size is set here, from its size on the page */
export function paintMarks(canvas: HTMLCanvasElement, marks: Marks): void {
  const { scale, theme } = marks;
  const { colour } = theme;
  const context = contextOf(canvas, scale);
  if (context === null) return;
  const at = placeOn(canvas.clientWidth, canvas.clientHeight);
  context.scale(scale, scale);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  paintCurrent(context, marks, at, colour('text'));
  paintDrawing(context, marks, at, { text: colour('text'), surface: colour('surface'), accent: colour('accent') });
}

/** Clears a canvas and gives it as many pixels as it has on the screen. */
function contextOf(canvas: HTMLCanvasElement, scale: number): CanvasRenderingContext2D | null {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((size) => Math.round(size * scale));
  const context = canvas.getContext('2d');
  if (context === null || !width || !height) return null;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.resetTransform();
  context.clearRect(0, 0, width, height);
  return context;
}

function paintCurrent(context: CanvasRenderingContext2D, { points, current }: Marks, at: At, text: string): void {
  if (current === null) return;
  const [x, y] = at(points[2 * current]!, points[2 * current + 1]!);
  context.strokeStyle = text;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, RING + 3, 0, 2 * Math.PI);
  context.stroke();
}

function paintDrawing(
  context: CanvasRenderingContext2D,
  { drawing }: Marks,
  at: At,
  colours: { text: string; surface: string; accent: string },
): void {
  if (drawing === null) return;
  const clamp = (value: number) => Math.min(1, Math.max(-1, value));
  const [x, y] = at(clamp(drawing.point[0]), clamp(drawing.point[1]));
  context.beginPath();
  context.arc(x, y, 12, 0, 2 * Math.PI);
  context.fillStyle = colours.surface;
  context.fill();
  context.lineWidth = 3;
  context.strokeStyle = colours.accent;
  context.stroke();
  context.fillStyle = colours.text;
  context.font = `700 15px ${fontFamily()}`;
  context.fillText(drawing.digit === null ? '?' : String(drawing.digit), x, y + 1);
}

/** @returns the image nearest to a pixel, if one is near; else null */
export function imageAt(points: Float32Array, at: At, x: number, y: number, reach = 14): number | null {
  let best: number | null = null;
  let least = reach ** 2;
  for (let i = 0; i < points.length / 2; i++) {
    const [px, py] = at(points[2 * i]!, points[2 * i + 1]!);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance > least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/** @returns the nearest image in a direction; the same one if there is none */
export function imageTowards(points: Float32Array, from: number, dx: number, dy: number): number {
  let best = from;
  let least = Infinity;
  for (let i = 0; i < points.length / 2; i++) {
    const x = points[2 * i]! - points[2 * from]!;
    const y = points[2 * i + 1]! - points[2 * from + 1]!;
    const along = x * dx + y * dy;
    const across = Math.abs(x * dy) + Math.abs(y * dx);
    // Within 45 degrees, and those straight ahead first.
    if (along <= 0 || across > along) continue;
    const distance = along + 2 * across;
    if (distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}
