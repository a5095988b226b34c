/** Keeps an engine at work: when its thread ends unasked, another one takes its place and opens what was open. */
import { isTraining } from '@contract/commands';
import type { EngineEventName, Events, Reply, RunView, TrainedRun } from '@contract/contract';
import { RateLimit } from '../base/rate-limit';
import { EngineClient } from './client';
import type { EngineArgument, EngineReply, EngineRequestName, EngineView, Interrupted } from './protocol';

interface Hooks {
  /** What an engine is to open. */
  whatToOpen: () => Pick<EngineArgument<'open'>, 'folder' | 'dataSource' | 'deviceChoice'>;
  onEvent: <N extends EngineEventName>(name: N, payload: Events[N]) => void;
  /** An engine's thread ended unasked. @param reason in words */
  onThreadEnd: (reason: string) => void;
  /** Another engine took its place; whether it could open what was open, `opened` says. */
  onReplaced: () => void;
  /** There is no engine any more. */
  onLost: (reason: string) => void;
}

/** An engine that dies more often is not replaced any more: it would go on like that. */
const MAX_REPLACEMENTS = 3;
/** In milliseconds. */
const REPLACEMENT_PERIOD = 60_000;

export class EngineSupervisor {
  #client: EngineClient;
  /** The engine has opened what was open, or does so; null when it could not. */
  #opening: Promise<Reply<EngineView>> | null = null;
  #isOpen = false;
  #interrupted: Interrupted | null = null;
  readonly #replacements = new RateLimit(MAX_REPLACEMENTS, REPLACEMENT_PERIOD);
  #run: Pick<RunView, 'run' | 'state' | 'progress'> = { run: null, state: 'idle', progress: null };
  #trained: TrainedRun | null = null;

  /** @param script see `EngineClient` */
  constructor(
    private readonly script: string,
    private readonly hooks: Hooks,
  ) {
    this.#client = this.#start();
    void this.opened();
  }

  /** Resolves when the engine has opened what was open the last time. After a failure the next call tries again. */
  opened(): Promise<Reply<EngineView>> {
    return (this.#opening ??= this.#open());
  }

  /** The shown run as it was when its state last changed. */
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
      this.hooks.onEvent(name, payload);
    };
    return new EngineClient(this.script, follow, (reason) => {
      this.hooks.onThreadEnd(reason);
      // One that dies while it opens would die again.
      if (this.#isOpen && this.#replacements.take()) this.#replace(reason);
      else this.hooks.onLost(reason);
    });
  }

  #open(): Promise<Reply<EngineView>> {
    const client = this.#client;
    const argument = { ...this.hooks.whatToOpen(), interrupted: this.#interrupted };
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
      // Of a thread that died meanwhile `onThreadEnd` told.
      if (reply.ok || reply.code !== 'engine-died') this.hooks.onReplaced();
    });
  }
}
