/** Paints the map of the digits: each image as its digit, misread ones ringed, and the drawing among them. */
import type { MapImages } from '../state/digit-map.svelte';
import { fontFamily, theme } from './theme';

export interface MapPicture {
  images: MapImages;
  /** What the digits are called; one character stands for each image. */
  names: readonly string[];
  /** count x 2, from -1 to 1. */
  points: Float32Array;
  drawing: { point: [number, number]; digit: number | null } | null;
  /** The image that is pointed at, or null. */
  current: number | null;
}

/** Room around the points, for the rings and names. */
const MARGIN = 22;
const RING = 7;

/** @returns pixels for a coordinate from -1 to 1, in a square in the middle of the canvas */
export function placeOn(width: number, height: number): (x: number, y: number) => [number, number] {
  const radius = Math.max(1, Math.min(width, height) / 2 - MARGIN);
  // The map may be wider than high.
  const stretch = Math.min(1.6, Math.max(1, (width / 2 - MARGIN) / radius));
  return (x, y) => [width / 2 + radius * stretch * x, height / 2 + radius * y];
}

export const digitColour = (digit: number): string => `digit-${digit}`;

/** @param canvas its width and height are set here, from its size on the page */
export function paintMap(canvas: HTMLCanvasElement, picture: MapPicture): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext('2d');
  if (context === null || width === 0) return;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const { colour } = theme();
  const colours = Array.from({ length: 10 }, (_, digit) => colour(digitColour(digit)));
  const at = placeOn(width, height);
  paintImages(context, picture, at, colours, colour('wrong'));
  paintNames(context, picture, at, colours, colour('surface'));
  paintCurrent(context, picture, at, colour('text'));
  paintDrawing(context, picture, at, { text: colour('text'), surface: colour('surface'), accent: colour('accent') });
}

type At = ReturnType<typeof placeOn>;

function paintImages(
  context: CanvasRenderingContext2D,
  { images, points }: MapPicture,
  at: At,
  colours: string[],
  wrong: string,
): void {
  context.font = `600 10px ${fontFamily()}`;
  const { labels, predictions } = images;
  // By digit, since changing the colour takes longer than painting.
  for (let digit = 0; digit < colours.length; digit++) {
    context.fillStyle = colours[digit]!;
    const sign = String(digit);
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] === digit) context.fillText(sign, ...at(points[2 * i]!, points[2 * i + 1]!));
    }
  }
  context.strokeStyle = wrong;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === predictions[i]) continue;
    const [x, y] = at(points[2 * i]!, points[2 * i + 1]!);
    context.moveTo(x + RING, y);
    context.arc(x, y, RING, 0, 2 * Math.PI);
  }
  context.stroke();
}

/** The name of each label at the middle of its images. */
function paintNames(
  context: CanvasRenderingContext2D,
  { images: { labels }, names, points }: MapPicture,
  at: At,
  colours: string[],
  halo: string,
): void {
  const isLong = names.some((name) => name.length > 2);
  context.font = `700 ${isLong ? 15 : 26}px ${fontFamily()}`;
  context.lineJoin = 'round';
  context.lineWidth = 5;
  context.strokeStyle = halo;
  names.forEach((name, digit) => {
    const [xs, ys]: [number[], number[]] = [[], []];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== digit) continue;
      xs.push(points[2 * i]!);
      ys.push(points[2 * i + 1]!);
    }
    if (xs.length === 0) return;
    const [x, y] = at(median(xs), median(ys));
    context.strokeText(name, x, y);
    context.fillStyle = colours[digit]!;
    context.fillText(name, x, y);
  });
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function paintCurrent(context: CanvasRenderingContext2D, { points, current }: MapPicture, at: At, text: string): void {
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
  { drawing }: MapPicture,
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
