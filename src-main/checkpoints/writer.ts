/** Has checkpoints written on a thread of their own, so that training goes on meanwhile. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Weights } from '../training/parameters';
import type { StateContent } from './state-file';

export interface WriteRequest {
  /** See `writeCheckpoint`. */
  place: string;
  content: Omit<StateContent, 'files'>;
  weights: Weights;
  velocities: Weights;
  /** Places of checkpoints that need not be kept once this one is safely there. */
  obsolete: string[];
}

export interface Written {
  bytes: number;
  /** Those of the obsolete ones that are gone. */
  removed: string[];
}

export type WriterMessage =
  | { id: number; kind: 'held' }
  | { id: number; kind: 'written'; written: Written }
  | { id: number; kind: 'failed'; message: string; code: string | undefined };

/** In the application, which is bundled. */
const BUILT = join(import.meta.dirname, 'writer.cjs');

interface Waiting {
  onHeld: () => void;
  resolve: (written: Written) => void;
  reject: (error: Error) => void;
}

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/**
 * @param onHeld called when the system has all of the checkpoint, so that it outlives this program's end
 * @returns when the disk has it
 * @throws the file system's error, with its code
 */
export function write(request: WriteRequest, onHeld: () => void): Promise<Written> {
  worker ??= startWorker();
  // It holds the process only while there is something to write.
  worker.ref();
  const id = ++lastId;
  worker.postMessage({ id, ...request });
  return new Promise((resolve, reject) => waiting.set(id, { onHeld, resolve, reject }));
}

function startWorker(): Worker {
  const started = import.meta.filename.endsWith('.ts') ? fromSources() : new Worker(BUILT);
  started.on('message', (message: WriterMessage) => {
    const request = waiting.get(message.id)!;
    if (message.kind === 'held') request.onHeld();
    else if (message.kind === 'written') settle(message.id).resolve(message.written);
    else settle(message.id).reject(Object.assign(new Error(message.message), { code: message.code }));
  });
  started.on('error', (error: Error) => {
    worker = null;
    for (const id of waiting.keys()) settle(id).reject(error);
  });
  return started;
}

/** For the command line and the tests: a thread does not inherit how its parent reads TypeScript. */
function fromSources(): Worker {
  const script = JSON.stringify(new URL('writer-thread.ts', import.meta.url).href);
  return new Worker(`import('tsx/esm/api').then(({ register }) => (register(), import(${script})));`, { eval: true });
}

function settle(id: number): Waiting {
  const request = waiting.get(id)!;
  waiting.delete(id);
  if (waiting.size === 0) worker?.unref();
  return request;
}
