/** Paints the map of the digits: each image as its digit, misread ones ringed, and the name of each label. */
import { Glide } from './glide';
import { type At, placeOn } from './place-on';
import type { MapStyle } from './map-style';
import { type Pixels, type Sprites, makeSprites, stamp } from './sprites';

/** The answers for the images on the map. */
export interface MapAnswers {
  labels: Uint8Array;
  predictions: Uint8Array;
}

/** In the window, a worker does it: see `worker-painter.ts`. */
export class Painter {
  readonly #glide = new Glide(() => this.#paint());
  readonly #canvas = new OffscreenCanvas(1, 1);
  #prepared: Prepared | null = null;
  #answers: MapAnswers | null = null;

  /** @param onpaint called with each picture */
  constructor(private readonly onpaint: (picture: ImageBitmap) => void) {}

  setStyle(style: MapStyle): void {
    const [width, height] = [style.width, style.height].map((size) => Math.max(1, Math.round(style.scale * size)));
    const place = placeOn(style.width, style.height);
    this.#prepared = {
      image: new ImageData(width!, height!),
      sprites: makeSprites(style, width!),
      at: (x, y) => place(x, y).map((value) => value * style.scale) as [number, number],
      jumps: style.jumps,
    };
    this.#paint();
  }

  /** @param points count x 2, from -1 to 1: where the images belong */
  show(answers: MapAnswers, points: Float32Array): void {
    this.#answers = answers;
    this.#glide.goTo(points, this.#prepared?.jumps ?? true);
  }

  #paint(): void {
    const { points } = this.#glide;
    if (!this.#prepared || !this.#answers || points.length !== 2 * this.#answers.labels.length) return;
    const { image, sprites, at } = this.#prepared;
    const { width, height } = image;
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(0);
    stampAll({ width, height, pixels }, sprites, this.#answers, points, at);
    this.#canvas.getContext('2d')!.putImageData(image, 0, 0);
    this.onpaint(this.#canvas.transferToImageBitmap());
  }
}

/** What is the same for all pictures of one style. */
interface Prepared {
  image: ImageData;
  sprites: Sprites;
  /** The pixel for a point. */
  at: At;
  jumps: boolean;
}

function stampAll(
  picture: Pixels,
  sprites: Sprites,
  { labels, predictions }: MapAnswers,
  points: Float32Array,
  at: At,
): void {
  for (let i = 0; i < labels.length; i++) {
    stamp(picture, sprites.digits[labels[i]!]!, at(points[2 * i]!, points[2 * i + 1]!));
  }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== predictions[i]) stamp(picture, sprites.ring, at(points[2 * i]!, points[2 * i + 1]!));
  }
  sprites.names.forEach((name, digit) => {
    const images = Array.from(labels.keys()).filter((i) => labels[i] === digit);
    if (images.length === 0) return;
    // The name of each label is in the middle of its images, and within the map.
    const [x, y] = at(median(images.map((i) => points[2 * i]!)), median(images.map((i) => points[2 * i + 1]!)));
    const half = Math.min(name.reach[0], picture.width / 2);
    stamp(picture, name, [Math.min(picture.width - half, Math.max(half, x)), y]);
  });
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
