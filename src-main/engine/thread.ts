/** The engine's thread: the one thread of the main process that does all TensorFlow work. */
import { parentPort } from 'node:worker_threads';
import { replyOf } from '../base/reply';
import { Engine } from './engine';
import type { EngineRequestName, RequestMessage, ThreadMessage } from './protocol';

if (!parentPort) throw new Error('The engine runs on a thread of its own, see engine/client.ts');
const port = parentPort;
const send = (message: ThreadMessage) => {
  port.postMessage(message);
};

const engine = new Engine((name, payload) => {
  send({ kind: 'event', name, payload });
});

/** Requests that change something are answered one after the other, in the order they came. */
let changes: Promise<unknown> = Promise.resolve();

port.on('message', (message: RequestMessage) => {
  const { id, name, argument } = message;
  const carryOut = engine[name].bind(engine) as (argument: unknown) => unknown;
  const answer = () => replyOf(() => carryOut(argument));
  const reply = isImmediate(name) ? answer() : changes.then(answer);
  if (!isImmediate(name)) changes = reply;
  void reply.then((value) => {
    send({ kind: 'reply', id, reply: value });
  });
});

/** What changes no run. A drawing does not wait for a checkpoint, and a pause must not wait behind what it is to end. */
const immediate: readonly EngineRequestName[] = [
  ...(['recognize', 'recognizeImage', 'lookInside', 'pinDrawing', 'testDrawings'] as const),
  ...(['pause', 'close', 'view'] as const),
];

function isImmediate(name: EngineRequestName): boolean {
  return immediate.includes(name);
}
