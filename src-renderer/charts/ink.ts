import { type PathPoint, followPen } from '@contract/pen-path';
import type { Stroke } from '@contract/schemas';
import type { Content } from '../state/drawing.svelte';
import type { Picture } from '../state/picture';

export interface Pen {
  x: number;
  y: number;
  down: boolean;
}

export interface Colours {
  ink: string;
  accent: string;
}

/** Paints strokes on a canvas. Finished strokes are painted once, so that long drawings stay fast. */
export class InkPainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #colours: Colours;
  readonly #finished = document.createElement('canvas');
  /** The strokes on `#finished`, in order. */
  #painted: readonly Stroke[] = [];
  #scale: number;

  /** @param unitsAcross the canvas's width in pad units */
  constructor(canvas: HTMLCanvasElement, unitsAcross: number, colours: Colours) {
    this.#canvas = canvas;
    this.#colours = colours;
    this.#finished.width = canvas.width;
    this.#finished.height = canvas.height;
    this.#scale = canvas.width / unitsAcross;
  }

  /** @param pen the keyboard's; null to hide it */
  paint({ strokes, picture }: Content, pen: Pen | null): void {
    const layer = this.#finished.getContext('2d');
    const context = this.#canvas.getContext('2d');
    if (layer === null || context === null) return;
    this.#paintFinished(layer, strokes.slice(0, -1));
    context.resetTransform();
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.drawImage(this.#finished, 0, 0);
    context.scale(this.#scale, this.#scale);
    if (picture !== null) paintPicture(context, picture, this.#canvas.width / this.#scale);
    const last = strokes.at(-1);
    if (last !== undefined) paintStroke(context, last, this.#colours.ink);
    if (pen !== null) paintPen(context, pen, this.#colours.accent);
  }

  #paintFinished(layer: CanvasRenderingContext2D, strokes: readonly Stroke[]): void {
    layer.resetTransform();
    if (!this.#painted.every((stroke, i) => stroke === strokes[i])) {
      layer.clearRect(0, 0, this.#finished.width, this.#finished.height);
      this.#painted = [];
    }
    layer.scale(this.#scale, this.#scale);
    for (const stroke of strokes.slice(this.#painted.length)) paintStroke(layer, stroke, this.#colours.ink);
    this.#painted = strokes;
  }
}

/** Paints a picture in the middle of a square, as large as fits. @param side of the square */
function paintPicture(context: CanvasRenderingContext2D, { image }: Picture, side: number): void {
  const scale = side / Math.max(image.width, image.height);
  const [width, height] = [scale * image.width, scale * image.height];
  context.drawImage(image, (side - width) / 2, (side - height) / 2, width, height);
}

/** Paints the line that the network reads, see `followPen`. */
function paintStroke(context: CanvasRenderingContext2D, { width, erases, points }: Stroke, ink: string): void {
  context.globalCompositeOperation = erases ? 'destination-out' : 'source-over';
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = ink;
  context.fillStyle = ink;
  const pressure = points[0]?.[2] ?? 1;
  if (points.every(([, , other = 1]) => other === pressure)) {
    context.lineWidth = width * pressure;
    context.beginPath();
    followPen(points, ([fromX, fromY], [toX, toY]) => {
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    });
    context.stroke();
  } else {
    followPen(points, (from, to) => paintTapering(context, from, to, width / 2));
  }
  context.globalCompositeOperation = 'source-over';
}

/** Paints a piece whose width changes linearly: two round ends and the area between them. */
function paintTapering(
  context: CanvasRenderingContext2D,
  [ax, ay, aWidth]: PathPoint,
  [bx, by, bWidth]: PathPoint,
  radius: number,
): void {
  const length = Math.hypot(bx - ax, by - ay);
  const [a, b] = [radius * aWidth, radius * bWidth];
  // The unit vector perpendicular to the piece.
  const [x, y] = length === 0 ? [0, 0] : [(by - ay) / length, (ax - bx) / length];
  context.beginPath();
  context.moveTo(ax + a * x, ay + a * y);
  context.lineTo(bx + b * x, by + b * y);
  context.lineTo(bx - b * x, by - b * y);
  context.lineTo(ax - a * x, ay - a * y);
  context.fill();
  for (const [centreX, centreY, end] of [
    [ax, ay, a],
    [bx, by, b],
  ] as const) {
    context.beginPath();
    context.arc(centreX, centreY, end, 0, 2 * Math.PI);
    context.fill();
  }
}

function paintPen(context: CanvasRenderingContext2D, { x, y, down }: Pen, accent: string): void {
  context.strokeStyle = accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 11, 0, 2 * Math.PI);
  context.stroke();
  if (!down) return;
  context.fillStyle = accent;
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fill();
}

/** The resolution of a saved drawing, in pixels per pad unit. */
const SAVED_SCALE = 4;

/** @returns a drawing in black on white, as a PNG file in base64 */
export function drawingPicture(content: Content, unitsAcross: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SAVED_SCALE * unitsAcross;
  new InkPainter(canvas, unitsAcross, { ink: '#000000', accent: '#000000' }).paint(content, null);
  const context = canvas.getContext('2d')!;
  context.globalCompositeOperation = 'destination-over';
  context.resetTransform();
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').replace('data:image/png;base64,', '');
}
