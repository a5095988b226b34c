/** Paints the map of the digits: each image as its digit, misread ones ringed, and the drawing among them. */
import { shortened } from '@contract/words';
import type { MapImages } from '../state/digit-map.svelte';
import { type Theme, fontFamily } from './theme';

export interface ArrangedImages {
  images: MapImages;
  /** What the labels are called. */
  names: readonly string[];
  /** count x 2, from -1 to 1. */
  points: Float32Array;
  theme: Theme;
  /** The screen's pixels for each pixel of the page. */
  scale: number;
}

export interface MapPicture extends ArrangedImages {
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

/** Paints the images. @param canvas its width and height are set here, from its size on the page */
export function paintImages(canvas: HTMLCanvasElement, arranged: ArrangedImages): void {
  const { images, points, scale } = arranged;
  const context = contextOf(canvas, scale);
  if (context === null) return;
  const { labels, predictions } = images;
  const sprites = spritesFor(arranged);
  const at = deviceAt(canvas, scale);
  const image = new ImageData(canvas.width, canvas.height);
  const picture = { width: canvas.width, height: canvas.height, pixels: new Uint32Array(image.data.buffer) };
  for (let i = 0; i < labels.length; i++) {
    stamp(picture, sprites.digits[labels[i]!]!, at(points[2 * i]!, points[2 * i + 1]!));
  }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== predictions[i]) stamp(picture, sprites.ring, at(points[2 * i]!, points[2 * i + 1]!));
  }
  sprites.names.forEach((name, digit) => {
    const [xs, ys]: [number[], number[]] = [[], []];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== digit) continue;
      xs.push(points[2 * i]!);
      ys.push(points[2 * i + 1]!);
    }
    if (xs.length === 0) return;
    // The name of each label is in the middle of its images, and within the map.
    const [x, y] = at(median(xs), median(ys));
    const half = Math.min(name.reach, picture.width / 2);
    stamp(picture, name, [Math.min(picture.width - half, Math.max(half, x)), y]);
  });
  context.putImageData(image, 0, 0);
}

/** Paints what lies over the images: a ring around the current one, and the drawing. */
export function paintMarks(canvas: HTMLCanvasElement, picture: MapPicture): void {
  const { scale, theme } = picture;
  const { colour } = theme;
  const context = contextOf(canvas, scale);
  if (context === null) return;
  const at = placeOn(canvas.clientWidth, canvas.clientHeight);
  context.scale(scale, scale);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  paintCurrent(context, picture, at, colour('text'));
  paintDrawing(context, picture, at, { text: colour('text'), surface: colour('surface'), accent: colour('accent') });
}

type At = ReturnType<typeof placeOn>;

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

/** As `placeOn`, in the canvas's own pixels. */
function deviceAt(canvas: HTMLCanvasElement, scale: number): At {
  const at = placeOn(canvas.clientWidth, canvas.clientHeight);
  return (x, y) => at(x, y).map((value) => value * scale) as [number, number];
}

/** The pixels of a small picture that are not transparent, by their places relative to its middle. */
interface Sprite {
  x: Int16Array;
  y: Int16Array;
  /** How far it extends to either side. */
  reach: number;
  /** Red, green, blue and opacity, as in `ImageData`. */
  pixels: Uint32Array;
}

/** Copies a sprite to where it belongs; of two at the same place, the more opaque one is seen. */
function stamp({ width, height, pixels }: Pixels, sprite: Sprite, [x, y]: [number, number]): void {
  const [left, top] = [Math.round(x), Math.round(y)];
  for (let i = 0; i < sprite.pixels.length; i++) {
    const column = left + sprite.x[i]!;
    const row = top + sprite.y[i]!;
    if (column < 0 || column >= width || row < 0 || row >= height) continue;
    const at = row * width + column;
    // The last of the four bytes is the opacity.
    if (sprite.pixels[i]! >>> 24 >= pixels[at]! >>> 24) pixels[at] = sprite.pixels[i]!;
  }
}

interface Pixels {
  width: number;
  height: number;
  pixels: Uint32Array;
}

interface Sprites {
  /** One for each label. */
  digits: Sprite[];
  names: Sprite[];
  /** Around misread images. */
  ring: Sprite;
}

/** The legend has the whole name. */
const MAX_NAME = 18;

let known: { key: string; sprites: Sprites } | null = null;

/** Text and circles are painted once, then copied by `stamp`: painting 2,000 of them takes longer than a frame. */
function spritesFor({ names, theme: { dark, colour }, scale }: ArrangedImages): Sprites {
  const key = JSON.stringify([dark, scale, names]);
  if (known?.key === key) return known.sprites;
  const colours = names.map((_, digit) => colour(digitColour(digit)));
  const isLong = names.some((name) => name.length > 2);
  const sprites = {
    digits: names.map((_, digit) => textSprite(scale, String(digit), 10, colours[digit]!, null)),
    names: names.map((name, digit) =>
      textSprite(scale, shortened(name, MAX_NAME), isLong ? 15 : 26, colours[digit]!, colour('surface')),
    ),
    ring: sprite(scale, 2 * RING + 4, 2 * RING + 4, (context, middle) => {
      context.strokeStyle = colour('wrong');
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(middle, middle, RING, 0, 2 * Math.PI);
      context.stroke();
    }),
  };
  known = { key, sprites };
  return sprites;
}

function textSprite(scale: number, text: string, size: number, fill: string, halo: string | null): Sprite {
  const width = Math.ceil(0.75 * size * text.length) + 10;
  return sprite(scale, width, size + 10, (context, x, y) => {
    context.font = `${halo === null ? 600 : 700} ${size}px ${fontFamily()}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    if (halo !== null) {
      context.lineJoin = 'round';
      context.lineWidth = 5;
      context.strokeStyle = halo;
      context.strokeText(text, x, y);
    }
    context.fillStyle = fill;
    context.fillText(text, x, y);
  });
}

/** @param paint gets the middle */
function sprite(
  scale: number,
  width: number,
  height: number,
  paint: (context: OffscreenCanvasRenderingContext2D, x: number, y: number) => void,
): Sprite {
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  paint(context, width / 2, height / 2);
  const all = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  const places = Array.from(all.keys()).filter((at) => all[at]! >>> 24 > 0);
  return {
    x: Int16Array.from(places, (at) => (at % canvas.width) - canvas.width / 2),
    y: Int16Array.from(places, (at) => Math.floor(at / canvas.width) - canvas.height / 2),
    reach: places.reduce((most, at) => Math.max(most, Math.abs((at % canvas.width) - canvas.width / 2)), 0),
    pixels: Uint32Array.from(places, (at) => all[at]!),
  };
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
