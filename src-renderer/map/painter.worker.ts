/** Paints maps beside the window's own thread. See `worker-painter.ts`. */
import { Painter } from './painter';
import type { ToPainter } from './worker-painter';

const painter = new Painter((picture) => postMessage(picture, { transfer: [picture] }));

addEventListener('message', ({ data }: MessageEvent<ToPainter>) => {
  if (data.kind === 'style') painter.setStyle(data.style);
  else painter.show(data.answers, data.points);
});
