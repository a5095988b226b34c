/** The thread that settles checkpoints and removes old ones, in the order in which it is asked; see `settler.ts`. */
import { parentPort } from 'node:worker_threads';
import { removeCheckpoint, settleCheckpoint } from './checkpoint';
import type { SettleMessage, SettleReply } from './settler';

if (!parentPort) throw new Error('Checkpoints are settled on a thread of their own, see checkpoints/settler.ts');
const port = parentPort;

let before: Promise<void> = Promise.resolve();

port.on('message', (message: SettleMessage) => {
  before = before.then(async () => {
    const reply: SettleReply = { id: message.id, ...(await carryOut(message)) };
    port.postMessage(reply);
  });
});

async function carryOut({ held, obsolete }: SettleMessage): Promise<Omit<SettleReply, 'id'>> {
  try {
    await settleCheckpoint(held);
    return { removed: obsolete.filter(remove), failure: null };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { removed: [], failure: { message, code } };
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
