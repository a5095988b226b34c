import { randomUUID } from 'node:crypto';
import { type RunCommand, isTraining } from '@contract/commands';
import type { NewTrial, QueuedStart } from '@contract/queue';
import { UserError, problemFrom } from '../base/errors';
import type { RunTraining } from './run-training';
import type { SessionEvents } from './session-events';
import { type SessionState, requireStore } from './session-state';

/** Runs a command after all earlier ones have ended, if it is allowed then. */
export type CarryOut = <T>(command: RunCommand, action: () => T | Promise<T>) => Promise<T>;

interface Parts {
  state: SessionState;
  events: SessionEvents;
  training: RunTraining;
  command: CarryOut;
}

const maxSeed = 2 ** 32;

/** The commands for waiting runs. */
export class QueueCommands {
  constructor(private readonly parts: Parts) {}

  /** Reads the waiting runs of the checkpoint folder. */
  async open(): Promise<void> {
    await this.parts.state.queue.open(requireStore(this.parts.state).folder);
    this.parts.events.sendQueue();
  }

  /** Appends a waiting run. It starts at once if the run before it has ended meanwhile. */
  async add({ config, from }: QueuedStart): Promise<void> {
    const { command, state, training, events } = this.parts;
    await command('enqueue', async () => {
      const beginning = await training.beginningFrom(requireStore(this.parts.state), from);
      state.queue.add([{ config, from: beginning }]);
      events.sendQueue();
    });
    void this.goOn();
  }

  /** Appends a trial's runs, one per seed and value. The first starts at once if no run is trained. */
  async addTrial({ config, setting, values, seeds }: NewTrial): Promise<void> {
    const { command, state, events } = this.parts;
    const id = randomUUID();
    await command('enqueue', () => {
      requireStore(this.parts.state);
      const runs = Array.from({ length: seeds }, (_, i) => (config.seed + i) % maxSeed).flatMap((seed) =>
        ([0, 1] as const).map((side) => ({
          config: { ...config, seed, [setting]: values[side] },
          trial: { id, setting, values, seeds, side },
        })),
      );
      state.queue.add(runs);
      events.sendQueue();
    });
    if (!this.#isBusy) await this.startNext();
  }

  /** Removes waiting runs. */
  takeBack(ids: readonly string[]): Promise<void> {
    const { command, state, events } = this.parts;
    return command('takeBack', () => {
      state.queue.remove(ids);
      events.sendQueue();
    });
  }

  /** Starts the next run at once, also after a pause. @throws UserError `not-now`, `run-not-started` */
  startNext(): Promise<void> {
    return this.parts.command('startNext', async () => {
      this.parts.state.queue.forgetRefusals();
      if (await this.#start()) return;
      const problem = this.parts.state.queue.view.waiting[0]?.problem ?? 'It was removed from the queue.';
      throw new UserError('run-not-started', `No waiting run could be started. ${problem}`);
    });
  }

  /** Starts the next run if the previous one has ended without being paused by a person. */
  async goOn(): Promise<void> {
    const { command, training } = this.parts;
    if (!this.#mayGoOn) return;
    const start = async () => {
      if (this.#mayGoOn && !training.isPauseRequested) await this.#start();
    };
    // If another run was started meanwhile, the next one follows it.
    await command('startNext', start).catch((error: unknown) => {
      if (!(error instanceof UserError && error.code === 'not-now')) throw error;
    });
  }

  get #isBusy(): boolean {
    const { trained } = this.parts.state;
    return trained !== null && isTraining(trained.state);
  }

  get #mayGoOn(): boolean {
    const { trained, queue } = this.parts.state;
    return queue.size > 0 && trained !== null && ['finished', 'failed'].includes(trained.state);
  }

  /** @returns whether a run was started; runs that could not be started are skipped and marked with the reason */
  async #start(): Promise<boolean> {
    const { state, training, events } = this.parts;
    const store = requireStore(this.parts.state);
    for (let entry = state.queue.next; entry !== null; entry = state.queue.next) {
      try {
        await training.startQueued(store, entry, await state.queue.beginningOf(entry));
        state.queue.remove([entry.id]);
        events.sendQueue();
        return true;
      } catch (error) {
        state.queue.refuse(entry, problemFrom(error).message);
        events.sendQueue();
        // The run was started, and only removing it from the queue failed.
        if (this.#isBusy) return true;
      }
    }
    return false;
  }
}
