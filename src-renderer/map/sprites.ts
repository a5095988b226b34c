/** The small pictures that the map is made of. */
import { shortened } from '@contract/words';
import type { MapStyle } from './map-style';
import { RING } from './place-on';

/** The pixels of a small picture that are not transparent, for a larger picture of a certain width. */
export interface Sprite {
  /** Their places relative to the middle. */
  x: Int16Array;
  y: Int16Array;
  /** The same places, in the larger picture's list of pixels. */
  offsets: Int32Array;
  /** How far it extends to either side, and upwards and downwards. */
  reach: [number, number];
  /** Red, green, blue and opacity, as in `ImageData`. */
  pixels: Uint32Array;
}

export interface Pixels {
  width: number;
  height: number;
  pixels: Uint32Array;
}

/** Copies a sprite to where it belongs; of two at the same place, the more opaque one is seen. */
export function stamp(picture: Pixels, sprite: Sprite, [x, y]: [number, number]): void {
  const [column, row] = [Math.round(x), Math.round(y)];
  const [across, down] = sprite.reach;
  const { width, height } = picture;
  const isInside = column >= across && column + across < width && row >= down && row + down < height;
  // Nearly all are inside, and copying them without checking each pixel takes a quarter of the time.
  if (isInside) copy(picture, sprite, row * width + column);
  else copyPart(picture, sprite, column, row);
}

function copy({ pixels }: Pixels, sprite: Sprite, middle: number): void {
  for (let i = 0; i < sprite.pixels.length; i++) put(pixels, middle + sprite.offsets[i]!, sprite.pixels[i]!);
}

function copyPart({ width, height, pixels }: Pixels, sprite: Sprite, column: number, row: number): void {
  for (let i = 0; i < sprite.pixels.length; i++) {
    const [x, y] = [column + sprite.x[i]!, row + sprite.y[i]!];
    if (x >= 0 && x < width && y >= 0 && y < height) put(pixels, y * width + x, sprite.pixels[i]!);
  }
}

function put(pixels: Uint32Array, at: number, pixel: number): void {
  // The last of the four bytes is the opacity.
  if (pixel >>> 24 >= pixels[at]! >>> 24) pixels[at] = pixel;
}

export interface Sprites {
  /** One for each label. */
  digits: Sprite[];
  names: Sprite[];
  /** Around misread images. */
  ring: Sprite;
}

type Paper = Pick<MapStyle, 'font' | 'scale'> & { stride: number };

/** The legend has the whole name. */
const MAX_NAME = 18;

/**
 * Text and circles are painted once, then copied by `stamp`: painting 2,000 of them takes longer than a frame.
 * @param stride the width of the picture to which they are copied
 */
export function makeSprites(style: MapStyle, stride: number): Sprites {
  const { names, colours } = style;
  const paper: Paper = { ...style, stride };
  const isLong = names.some((name) => name.length > 2);
  return {
    digits: names.map((_, digit) => textSprite(String(digit), 10, colours.digits[digit]!, null, paper)),
    names: names.map((name, digit) =>
      textSprite(shortened(name, MAX_NAME), isLong ? 15 : 26, colours.digits[digit]!, colours.surface, paper),
    ),
    ring: sprite(2 * RING + 4, 2 * RING + 4, paper, (context, middle) => {
      context.strokeStyle = colours.wrong;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(middle, middle, RING, 0, 2 * Math.PI);
      context.stroke();
    }),
  };
}

/** @param halo the colour around the letters, or null for none */
function textSprite(text: string, size: number, fill: string, halo: string | null, paper: Paper): Sprite {
  const width = Math.ceil(0.75 * size * text.length) + 10;
  return sprite(width, size + 10, paper, (context, x, y) => {
    context.font = `${halo === null ? 600 : 700} ${size}px ${paper.font}`;
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
  width: number,
  height: number,
  { scale, stride }: Paper,
  paint: (context: OffscreenCanvasRenderingContext2D, x: number, y: number) => void,
): Sprite {
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  paint(context, width / 2, height / 2);
  const all = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  const places = Array.from(all.keys()).filter((at) => all[at]! >>> 24 > 0);
  const x = Int16Array.from(places, (at) => (at % canvas.width) - canvas.width / 2);
  const y = Int16Array.from(places, (at) => Math.floor(at / canvas.width) - canvas.height / 2);
  const reachOf = (values: Int16Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return {
    x,
    y,
    offsets: Int32Array.from(places, (_, i) => y[i]! * stride + x[i]!),
    reach: [reachOf(x), reachOf(y)],
    pixels: Uint32Array.from(places, (at) => all[at]!),
  };
}
