/** Keeps an engine at work: where its thread ends unasked, another takes its place and opens what was open. */
import type { EngineEventName, Events, Reply, RunView } from '@contract/contract';
import { EngineClient } from './client';
import type { EngineArgument, EngineReply, EngineRequestName, EngineView, Interrupted } from './protocol';

interface Hooks {
  /** What an engine is to open. */
  whatToOpen: () => { folder: string | null; dataFolder: string | null };
  onEvent: <N extends EngineEventName>(name: N, payload: Events[N]) => void;
  /** An engine's thread ended unasked. @param reason in words */
  onThreadEnd: (reason: string) => void;
  /** Another engine is at work. */
  onReplaced: () => void;
  /** No engine could be started. */
  onLost: (reason: string) => void;
}

export class EngineSupervisor {
  #client: EngineClient;
  #opened: Promise<Reply<EngineView>>;
  #run: Pick<RunView, 'run' | 'state'> = { run: null, state: 'idle' };

  /** @param script see `EngineClient` */
  constructor(
    private readonly script: string,
    private readonly hooks: Hooks,
  ) {
    [this.#client, this.#opened] = this.#start(null);
  }

  /** Resolves when the engine has opened what was open the last time. */
  get opened(): Promise<Reply<EngineView>> {
    return this.#opened;
  }

  /** The run that was open when something was last told of it. */
  get run(): Pick<RunView, 'run' | 'state'> {
    return this.#run;
  }

  /** See `EngineClient.request`. */
  request<N extends EngineRequestName>(name: N, argument: EngineArgument<N>): Promise<Reply<EngineReply<N>>> {
    return this.#client.request(name, argument);
  }

  #start(interrupted: Interrupted | null) {
    let isOpen = false;
    const follow: Hooks['onEvent'] = (name, payload) => {
      if (name === 'run') this.#run = payload as RunView;
      this.hooks.onEvent(name, payload);
    };
    const client = new EngineClient(this.script, follow, (reason) => {
      this.hooks.onThreadEnd(reason);
      // One that cannot even open what is there would die again and again.
      if (isOpen) this.#replace(reason);
      else this.hooks.onLost(reason);
    });
    const opened = client.request('open', { ...this.hooks.whatToOpen(), interrupted }).then((reply) => {
      isOpen = reply.ok;
      return reply;
    });
    return [client, opened] as const;
  }

  #replace(reason: string): void {
    [this.#client, this.#opened] = this.#start({ run: this.#run.run, state: this.#run.state, reason });
    void this.#opened.then((reply) => {
      if (reply.ok) this.hooks.onReplaced();
    });
  }
}
