/** Has checkpoints flushed and old ones removed on a thread of their own, so that training goes on meanwhile. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { HeldCheckpoint } from './checkpoint';

export interface SettleMessage {
  id: number;
  held: HeldCheckpoint;
  /** Places of checkpoints that need not be kept once this one is safely there. */
  obsolete: string[];
}

export interface SettleReply {
  id: number;
  /** Those of the obsolete ones that are gone. */
  removed: string[];
  /** Why the checkpoint is not in its place. */
  failure: { message: string; code: string | undefined } | null;
}

interface Waiting {
  resolve: (removed: string[]) => void;
  reject: (error: Error) => void;
}

/** In the application, which is bundled. */
const BUILT = join(import.meta.dirname, 'settler.cjs');

let worker: Worker | null = null;
let lastId = 0;
const waiting = new Map<number, Waiting>();

/**
 * @param obsolete places of checkpoints that need not be kept once this one is safely there
 * @returns those of them that are gone
 * @throws the file system's error, with its code; see `settleCheckpoint`
 */
export function settle(held: HeldCheckpoint, obsolete: string[]): Promise<string[]> {
  worker ??= startWorker();
  // It holds the process only while there is something to settle.
  worker.ref();
  const id = ++lastId;
  worker.postMessage({ id, held, obsolete } satisfies SettleMessage);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function startWorker(): Worker {
  const started = import.meta.filename.endsWith('.ts') ? fromSources() : new Worker(BUILT);
  started.on('message', ({ id, removed, failure }: SettleReply) => {
    const { resolve, reject } = take(id);
    if (failure) reject(Object.assign(new Error(failure.message), { code: failure.code }));
    else resolve(removed);
  });
  started.on('error', (error: Error) => {
    worker = null;
    for (const id of waiting.keys()) take(id).reject(error);
  });
  return started;
}

/** For the command line and the tests: a thread does not inherit how its parent reads TypeScript. */
function fromSources(): Worker {
  const script = JSON.stringify(new URL('settler-thread.ts', import.meta.url).href);
  return new Worker(`import('tsx/esm/api').then(({ register }) => (register(), import(${script})));`, { eval: true });
}

function take(id: number): Waiting {
  const request = waiting.get(id)!;
  waiting.delete(id);
  if (waiting.size === 0) worker?.unref();
  return request;
}
