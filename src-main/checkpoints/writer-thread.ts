/** The thread that writes checkpoints and removes old ones, in the order in which it is asked; see `writer.ts`. */
import { parentPort } from 'node:worker_threads';
import { removeCheckpoint, writeCheckpoint } from './checkpoint';
import type { WriteRequest, WriterMessage } from './writer';

if (!parentPort) throw new Error('Checkpoints are written on a thread of their own, see checkpoints/writer.ts');
const port = parentPort;
const send = (message: WriterMessage) => {
  port.postMessage(message);
};

let before: Promise<void> = Promise.resolve();

port.on('message', (request: WriteRequest & { id: number }) => {
  before = before.then(() => carryOut(request));
});

async function carryOut(request: WriteRequest & { id: number }): Promise<void> {
  const { id, place, content, weights, velocities, obsolete } = request;
  try {
    const bytes = await writeCheckpoint(place, content, weights, velocities, () => {
      send({ id, kind: 'held' });
    });
    send({ id, kind: 'written', written: { bytes, removed: obsolete.filter(remove) } });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    send({ id, kind: 'failed', message, code });
  }
}

/** @returns whether it is gone; what cannot be removed now is tried again after the next write */
function remove(place: string): boolean {
  try {
    removeCheckpoint(place);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
