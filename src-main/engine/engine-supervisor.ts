/** Keeps an engine running: if its thread ends unexpectedly, a new one replaces it and reopens what was open. */
import { isTraining } from '@contract/commands';
import type { EngineEventName, Events, Reply, RunView, TrainedRun } from '@contract/contract';
import type { PinnedDrawing } from '@contract/recognition';
import type { GreyImage } from '@contract/schemas';
import { RateLimit } from '../base/rate-limit';
import { EngineClient } from './client';
import type { EngineArgument, EngineReply, EngineRequestName, EngineView, Interrupted } from './protocol';

interface Hooks {
  /** Returns what a new engine opens. */
  whatToOpen: () => Pick<EngineArgument<'open'>, 'folder' | 'dataSource' | 'deviceChoice'>;
  onEvent: <N extends EngineEventName>(name: N, payload: Events[N]) => void;
  /** Called when an engine thread has ended unexpectedly. @param reason in words */
  onThreadEnd: (reason: string) => void;
  /** Called when a new engine has replaced it; `opened` says whether it could reopen what was open. */
  onReplaced: () => void;
  /** Called when the engine is gone for good. */
  onLost: (reason: string) => void;
}

/** An engine that dies more often than this is not replaced, since it would keep dying. */
const MAX_REPLACEMENTS = 3;
/** In milliseconds. */
const REPLACEMENT_PERIOD = 60_000;

export class EngineSupervisor {
  #client: EngineClient;
  /** Resolves when the engine has reopened what was open; null if that failed. */
  #opening: Promise<Reply<EngineView>> | null = null;
  #isOpen = false;
  #interrupted: Interrupted | null = null;
  readonly #replacements = new RateLimit(MAX_REPLACEMENTS, REPLACEMENT_PERIOD);
  #run: Pick<RunView, 'run' | 'state' | 'progress'> = { run: null, state: 'idle', progress: null };
  #trained: TrainedRun | null = null;
  #pinned: GreyImage | null = null;

  /** @param script see `EngineClient` */
  constructor(
    private readonly script: string,
    private readonly hooks: Hooks,
  ) {
    this.#client = this.#start();
    void this.opened();
  }

  /** Resolves when the engine has reopened what was last open. After a failure the next call tries again. */
  opened(): Promise<Reply<EngineView>> {
    return (this.#opening ??= this.#open());
  }

  /** The shown run at its last change of state. */
  get run(): Pick<RunView, 'run' | 'state' | 'progress'> {
    return this.#run;
  }

  /** See `EngineClient.request`. */
  request<N extends EngineRequestName>(name: N, argument: EngineArgument<N>): Promise<Reply<EngineReply<N>>> {
    return this.#client.request(name, argument);
  }

  #start(): EngineClient {
    this.#isOpen = false;
    const follow: Hooks['onEvent'] = (name, payload) => {
      if (name === 'run') this.#run = payload as RunView;
      if (name === 'trained') this.#trained = payload as TrainedRun | null;
      if (name === 'pinned') this.#pinned = (payload as PinnedDrawing | null)?.pixels ?? null;
      this.hooks.onEvent(name, payload);
    };
    return new EngineClient(this.script, follow, (reason) => {
      this.hooks.onThreadEnd(reason);
      // An engine that dies while opening would die again.
      if (this.#isOpen && this.#replacements.take()) this.#replace(reason);
      else this.hooks.onLost(reason);
    });
  }

  #open(): Promise<Reply<EngineView>> {
    const client = this.#client;
    const argument = { ...this.hooks.whatToOpen(), interrupted: this.#interrupted, pinned: this.#pinned };
    return client.request('open', argument).then((reply) => {
      if (client !== this.#client) return reply;
      this.#isOpen = reply.ok;
      if (!reply.ok) this.#opening = null;
      return reply;
    });
  }

  #replace(reason: string): void {
    const wasTraining = this.#trained !== null && isTraining(this.#trained.state);
    this.#interrupted = { run: wasTraining ? this.#trained!.run : null, reason };
    this.#trained = null;
    this.#client = this.#start();
    this.#opening = this.#open();
    void this.#opening.then((reply) => {
      // If the thread died meanwhile, `onThreadEnd` was called.
      if (reply.ok || reply.code !== 'engine-died') this.hooks.onReplaced();
    });
  }
}
