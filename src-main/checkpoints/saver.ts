import type { StateContent } from './state-file';
import type { CheckpointStore } from './store';
import type { TrainerState } from '../training/trainer';
import { UserError, reasonOf } from '../errors';
import { join } from 'node:path';

export type SaveContent = Omit<StateContent, 'files' | 'step' | 'history'>;

/**
 * Writes a run's checkpoints while the run goes on: one at a time, so that training waits for the
 * disk only when the disk cannot keep up.
 */
export class CheckpointSaver {
  #writing: Promise<void> = Promise.resolve();
  /** What the newest checkpoint on disk holds, as `fingerprint` sees it. */
  #saved: string | null = null;

  /** @param onWritten called after each checkpoint that is safely on the disk */
  constructor(
    private readonly store: CheckpointStore,
    private readonly onWritten: () => void,
  ) {}

  /**
   * Begins to write where the run stands, once the write before is done.
   * @throws UserError `checkpoint-not-written` when the write before failed
   */
  async begin(content: SaveContent, state: TrainerState): Promise<void> {
    await this.#writing;
    this.#writing = this.#write(content, state);
    // Thrown again, and dealt with, at the next call; until then it is no unhandled rejection.
    this.#writing.catch(() => undefined);
  }

  /** Writes where the run stands, unless the disk has just that, and waits until it is there. */
  async finish(content: SaveContent, state: TrainerState): Promise<void> {
    await this.#writing.catch(() => undefined);
    if (this.#saved === fingerprint(content, state)) return;
    this.#writing = this.#write(content, state);
    await this.#writing;
  }

  /** Tells the saver that the disk has this already. */
  markSaved(content: SaveContent, state: TrainerState): void {
    this.#saved = fingerprint(content, state);
  }

  async #write(content: SaveContent, state: TrainerState): Promise<void> {
    const { step, weights, velocities, history } = state;
    try {
      await this.store.write({ ...content, step, history }, weights, velocities);
    } catch (error) {
      throw new UserError(
        'checkpoint-not-written',
        `The checkpoint of step ${step} could not be written to ${join(this.store.folder, content.run)}: ${reasonOf(error)}. Nothing is lost: the run is kept in memory. Make room or choose another folder, then resume.`,
        { cause: error },
      );
    }
    this.#saved = fingerprint(content, state);
    this.onWritten();
  }
}

/** Changes whenever a checkpoint of the run would. */
function fingerprint({ run, config }: SaveContent, { step, history }: TrainerState): string {
  return JSON.stringify([run, config.epochs, step, history.testCounter.length]);
}
