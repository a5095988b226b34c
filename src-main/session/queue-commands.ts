import { randomUUID } from 'node:crypto';
import { type RunCommand, isTraining } from '@contract/commands';
import type { NewTrial, QueuedStart } from '@contract/queue';
import { UserError, problemFrom } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { RunTraining } from './run-training';
import type { SessionEvents } from './session-events';
import type { SessionState } from './session-state';

/** Carries out a command when those before it have ended, if it is allowed then. */
export type CarryOut = <T>(command: RunCommand, action: () => T | Promise<T>) => Promise<T>;

interface Parts {
  state: SessionState;
  events: SessionEvents;
  training: RunTraining;
  command: CarryOut;
}

const maxSeed = 2 ** 32;

/** What can be done with the runs that wait for their turn. */
export class QueueCommands {
  constructor(private readonly parts: Parts) {}

  /** Reads the runs that wait in the checkpoint folder. */
  async open(): Promise<void> {
    await this.parts.state.queue.open(this.#requireStore().folder);
    this.parts.events.sendQueue();
  }

  /** Adds a run behind those that wait. It is started at once where the run before it has ended meanwhile. */
  async add({ config, from }: QueuedStart): Promise<void> {
    const { command, state, training, events } = this.parts;
    await command('enqueue', async () => {
      const beginning = await training.beginningFrom(this.#requireStore(), from);
      state.queue.add([{ config, from: beginning }]);
      events.sendQueue();
    });
    void this.goOn();
  }

  /** Adds the runs of a trial: for each seed one with each value. The first is started where nothing is trained. */
  async addTrial({ config, setting, values, seeds }: NewTrial): Promise<void> {
    const { command, state, events } = this.parts;
    const id = randomUUID();
    await command('enqueue', () => {
      this.#requireStore();
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

  /** Removes runs from those that wait. */
  takeBack(ids: readonly string[]): Promise<void> {
    const { command, state, events } = this.parts;
    return command('takeBack', () => {
      state.queue.remove(ids);
      events.sendQueue();
    });
  }

  /** Starts the next run, though none has ended. @throws UserError `not-now`, `run-not-started` */
  startNext(): Promise<void> {
    return this.parts.command('startNext', async () => {
      this.parts.state.queue.forgetRefusals();
      if (await this.#start()) return;
      const problem = this.parts.state.queue.view.waiting[0]?.problem ?? 'The waiting run was taken back.';
      throw new UserError('run-not-started', `No waiting run could be started. ${problem}`);
    });
  }

  /** Starts the next run where the one before it has ended, and a person did not pause it. */
  async goOn(): Promise<void> {
    const { command, training } = this.parts;
    if (!this.#mayGoOn) return;
    const start = async () => {
      if (this.#mayGoOn && !training.isPauseRequested) await this.#start();
    };
    // Another run may have been started meanwhile: that one is followed by this one.
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

  /** @returns whether a run was started; those that could not be are passed over, and say why */
  async #start(): Promise<boolean> {
    const { state, training, events } = this.parts;
    const store = this.#requireStore();
    for (let entry = state.queue.next; entry !== null; entry = state.queue.next) {
      try {
        await training.startQueued(store, entry, await state.queue.beginningOf(entry));
        state.queue.remove([entry.id]);
        events.sendQueue();
        return true;
      } catch (error) {
        state.queue.refuse(entry, problemFrom(error).message);
        events.sendQueue();
        // It was started, and only could not be taken off the list.
        if (this.#isBusy) return true;
      }
    }
    return false;
  }

  #requireStore(): CheckpointStore {
    const { store } = this.parts.state;
    if (!store) throw new UserError('no-folder', 'Choose a folder for checkpoints first.');
    return store;
  }
}
