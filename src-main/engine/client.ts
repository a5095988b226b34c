/** The main process's side of the engine's thread. */
import { Worker } from 'node:worker_threads';
import type { EngineEventName, Events, Reply } from '@contract/contract';
import type { EngineRequestName, EngineRequests, RequestMessage, ThreadMessage } from './protocol';

type Answer = (reply: Reply<unknown>) => void;

export class EngineClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Answer>();
  #lastId = 0;
  /** Why the thread is gone; null while it lives. */
  #death: string | null = null;

  /**
   * @param script the built `engine/thread.ts`
   * @param onEvent told everything the engine tells
   * @param onDeath told once if the thread ends unasked
   */
  constructor(
    script: string,
    onEvent: <N extends EngineEventName>(name: N, payload: Events[N]) => void,
    onDeath: (message: string) => void,
  ) {
    this.#worker = new Worker(script);
    this.#worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'event') {
        onEvent(message.name, message.payload as never);
        return;
      }
      this.#waiting.get(message.id)?.(message.reply);
      this.#waiting.delete(message.id);
    });
    const die = (reason: string) => {
      if (this.#death !== null) return;
      this.#death = `The training engine stopped unexpectedly (${reason}). Quit Digit Studio and start it again; the run continues from its newest checkpoint.`;
      for (const answer of this.#waiting.values()) answer(this.#deathReply());
      this.#waiting.clear();
      onDeath(this.#death);
    };
    this.#worker.on('error', (error) => {
      die(error instanceof Error ? error.message : String(error));
    });
    this.#worker.on('exit', (code) => {
      die(`exit code ${code}`);
    });
  }

  /** Asks the engine; failures come back as values. */
  request<N extends EngineRequestName>(
    name: N,
    argument: EngineRequests[N]['argument'],
  ): Promise<Reply<EngineRequests[N]['reply']>> {
    if (this.#death !== null) return Promise.resolve(this.#deathReply());
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve as Answer);
      this.#worker.postMessage({ id, name, argument } satisfies RequestMessage);
    });
  }

  #deathReply(): { ok: false; code: string; message: string } {
    return { ok: false, code: 'engine-died', message: this.#death ?? '' };
  }
}
