/** Paints maps beside the window's own thread. See `worker-painter.ts`. */
import { Painter } from './painter';
import type { ToPainter } from './worker-painter';

let painter: Painter | null = null;

addEventListener('message', ({ data }: MessageEvent<ToPainter>) => {
  if (data.kind === 'canvas') painter = new Painter(data.canvas);
  else if (data.kind === 'style') painter?.dress(data.style);
  else painter?.show(data.answers, data.points);
});
