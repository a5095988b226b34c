/** The engine thread, which does all TensorFlow work of the main process. */
import { parentPort } from 'node:worker_threads';
import { SerialQueue } from '../base/async';
import { replyOf } from '../base/reply';
import { Engine } from './engine';
import { type RequestMessage, type ThreadMessage, isImmediate } from './protocol';

if (!parentPort) throw new Error('The engine runs on its own thread, see engine/client.ts');
const port = parentPort;
const send = (message: ThreadMessage) => {
  port.postMessage(message);
};

const engine = new Engine((name, payload) => {
  send({ kind: 'event', name, payload });
});

/** Requests that change something are handled one after the other, in order of arrival. */
const changes = new SerialQueue();

port.on('message', (message: RequestMessage) => {
  const { id, name, argument } = message;
  const carryOut = engine[name].bind(engine) as (argument: unknown) => unknown;
  const answer = () => replyOf(() => carryOut(argument));
  void (isImmediate(name) ? answer() : changes.add(answer)).then((value) => {
    send({ kind: 'reply', id, reply: value });
  });
});
