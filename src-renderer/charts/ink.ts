import type { Stroke } from '@contract/schemas';

export interface Pen {
  x: number;
  y: number;
  down: boolean;
}

export interface Colours {
  ink: string;
  accent: string;
}

/**
 * Paints strokes, and the keyboard's pen if there is one.
 * @param scale canvas pixels per pad unit
 */
export function paintInk(
  canvas: HTMLCanvasElement,
  strokes: readonly Stroke[],
  pen: Pen | null,
  scale: number,
  colours: Colours,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, canvas.width / scale, canvas.height / scale);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = colours.ink;
  for (const { width, points } of strokes) {
    const [first] = points;
    if (first === undefined) continue;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...first);
    // To itself as well: a single point is a dot.
    for (const point of points) context.lineTo(...point);
    context.stroke();
  }
  if (pen !== null) paintPen(context, pen, colours);
}

function paintPen(context: CanvasRenderingContext2D, { x, y, down }: Pen, colours: Colours): void {
  context.strokeStyle = colours.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 11, 0, 2 * Math.PI);
  context.stroke();
  if (!down) return;
  context.fillStyle = colours.accent;
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fill();
}
