/** Arranges maps beside the window's own thread. See `worker-layouts.ts`. */
import { Layouts } from './layouts';
import type { FromWorker, ToWorker } from './worker-layouts';

const send = (message: FromWorker) => postMessage(message);

const layouts = new Layouts({
  onLayout: (layout) => send({ kind: 'layout', layout }),
  onPlace: (point) => send({ kind: 'place', point }),
});

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'arrange') layouts.arrange(data.job);
  else layouts.place(data.units);
});
