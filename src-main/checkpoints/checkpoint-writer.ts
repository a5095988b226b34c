import { join } from 'node:path';
import { SerialQueue } from '../base/async';
import { UserError, reasonOf } from '../base/errors';
import type { Learned } from '../network/parameters';
import type { StateContent } from './state-file';
import type { CheckpointStore } from './store';

/** Milliseconds from one flush to the next: about as much training as a power cut may cost. */
const FLUSH_EVERY = 1000;

/**
 * Writes a run's checkpoints while the run goes on. Each goes into the system's cache at once, where the end of this
 * process cannot harm it. The disk gets one a second, the last of each epoch, and the one that the run rests at: to
 * flush all of them would cost more than the rest of the writing.
 */
export class CheckpointWriter {
  /** What the newest checkpoint holds, as `fingerprint` sees it: in the system's cache, and on the disk. */
  #written: string | null = null;
  #flushed: string | null = null;
  readonly #flushes = new SerialQueue();
  #lastFlush = performance.now();
  /** Why a flush failed while training went on; thrown by the next call. */
  #failure: UserError | null = null;

  /** @param onWritten called after each checkpoint */
  constructor(
    private readonly store: CheckpointStore,
    private readonly onWritten: () => void,
  ) {}

  /**
   * Writes the run as it is now, and has it flushed meanwhile where that is due.
   * @param endOfEpoch such a checkpoint is kept for good
   * @throws UserError `checkpoint-not-written` when it could not be written, or an earlier one not be flushed
   */
  async save(content: StateContent, learned: Learned, endOfEpoch: boolean): Promise<void> {
    if (this.#failure) throw this.#failure;
    await this.#write(content, learned);
    const isTime = this.#flushes.size === 0 && performance.now() - this.#lastFlush >= FLUSH_EVERY;
    if (isTime || endOfEpoch) this.#flush(content).catch((error: unknown) => (this.#failure = error as UserError));
  }

  /** Writes the run as it is now, unless that was done, and waits until it is on the disk. */
  async finish(content: StateContent, learned: Learned): Promise<void> {
    await this.#flushes.idle();
    const wanted = fingerprint(content);
    if (this.#flushed === wanted) return;
    if (this.#failure || this.#written !== wanted) await this.#write(content, learned);
    this.#failure = null;
    await this.#flush(content);
  }

  /** Tells the writer that the disk has this already. */
  markSaved(content: StateContent): void {
    this.#written = this.#flushed = fingerprint(content);
  }

  /** Tells the writer that what it wrote is gone, so that it is written again. */
  markUnsaved(): void {
    this.#written = this.#flushed = null;
  }

  async #write(content: StateContent, { weights, momentumBuffers }: Learned): Promise<void> {
    try {
      await this.store.write(content, weights, momentumBuffers);
    } catch (error) {
      // A loss that is no number is no matter of the disk.
      throw error instanceof UserError && error.code === 'diverged' ? error : this.#notWritten(content, error);
    }
    this.#written = fingerprint(content);
    this.onWritten();
  }

  /** Waits until the disk has what was written. */
  #flush(content: StateContent): Promise<void> {
    return this.#flushes.add(async () => {
      try {
        await this.store.flush(content);
        this.#flushed = fingerprint(content);
      } catch (error) {
        throw this.#notWritten(content, error);
      } finally {
        this.#lastFlush = performance.now();
      }
    });
  }

  #notWritten({ run, step }: StateContent, error: unknown): UserError {
    const folder = join(this.store.folder, run);
    return new UserError(
      'checkpoint-not-written',
      `The checkpoint of step ${step} could not be written to ${folder}: ${reasonOf(error)}. Nothing is lost: the run is kept in memory. Make room or choose another folder, then resume.`,
      { cause: error },
    );
  }
}

/** Changes whenever a checkpoint of the run would. */
function fingerprint({ run, config, step, history }: StateContent): string {
  return JSON.stringify([run, config.epochs, step, history.testCounter.length]);
}
