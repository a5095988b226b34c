/** The main process's end of an engine thread. */
import { Worker } from 'node:worker_threads';
import type { EngineEventName, Events, Reply } from '@contract/contract';
import { refusal } from '../base/reply';
import type { EngineArgument, EngineReply, EngineRequestName, RequestMessage, ThreadMessage } from './protocol';

type Answer = (reply: Reply<unknown>) => void;

/**
 * The limit of the thread's JavaScript heap in megabytes, ten times what it needs. Without its own limit, the thread
 * would take the whole process down when it runs out of memory. Images, weights and TensorFlow's memory do not count.
 */
const HEAP_LIMIT = 1024;

export class EngineClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Answer>();
  #lastId = 0;
  /** Why the thread has ended; null while it runs. */
  #death: string | null = null;

  /**
   * @param script the built `engine/thread.ts`
   * @param onEvent called for each of the engine's events
   * @param onDeath called after the thread has ended and pending requests are answered, with the reason in words
   */
  constructor(
    script: string,
    onEvent: <N extends EngineEventName>(name: N, payload: Events[N]) => void,
    onDeath: (reason: string) => void,
  ) {
    this.#worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT } });
    this.#worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'event') {
        onEvent(message.name, message.payload as never);
        return;
      }
      this.#waiting.get(message.id)?.(message.reply);
      this.#waiting.delete(message.id);
    });
    let reason: string | null = null;
    this.#worker.on('error', (error) => {
      reason = wordsFor(error);
    });
    // Not on 'error', when the thread may still exist: only one thread at a time may use TensorFlow.
    this.#worker.on('exit', (code) => {
      this.#death = reason ?? `exit code ${code}`;
      for (const answer of this.#waiting.values()) answer(this.#deathReply());
      this.#waiting.clear();
      onDeath(this.#death);
    });
  }

  /** Sends a request to the engine. Errors are returned as values, the thread's end as `engine-died`. */
  request<N extends EngineRequestName>(name: N, argument: EngineArgument<N>): Promise<Reply<EngineReply<N>>> {
    if (this.#death !== null) return Promise.resolve(this.#deathReply());
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve as Answer);
      this.#worker.postMessage({ id, name, argument } satisfies RequestMessage);
    });
  }

  #deathReply(): Reply<never> {
    return refusal('engine-died', `The training engine stopped unexpectedly: ${this.#death}.`);
  }
}

function wordsFor(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it ran out of memory';
  return error instanceof Error ? error.message : String(error);
}
