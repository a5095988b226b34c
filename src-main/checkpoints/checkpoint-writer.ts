import { join } from 'node:path';
import { SerialQueue } from '../base/async';
import { UserError, reasonOf, remedyFor } from '../base/errors';
import type { Learned } from '../network/parameters';
import type { StateContent } from './state-file';
import type { CheckpointStore } from './store';

/** The flush interval in milliseconds: about as much training as a power cut may cost. */
const FLUSH_EVERY = 1000;

/**
 * Writes a run's checkpoints while it is trained. Each is written to the system's cache at once, where it survives the
 * end of this process. One per second, the last of each epoch, and the one at which the run pauses are flushed to disk:
 * flushing all of them would take longer than everything else about writing them.
 */
export class CheckpointWriter {
  /** The `fingerprint` of the newest checkpoint in the system's cache, and of the newest on disk. */
  #written: string | null = null;
  #flushed: string | null = null;
  readonly #flushes = new SerialQueue();
  #lastFlush = performance.now();
  /** Why a flush failed during training; thrown by the next call. */
  #failure: UserError | null = null;

  /** @param onWritten called after each checkpoint */
  constructor(
    private readonly store: CheckpointStore,
    private readonly onWritten: () => void,
  ) {}

  /**
   * Writes the run's current state, and starts a flush if one is due.
   * @param endOfEpoch whether this is the last checkpoint of an epoch, which is kept for good
   * @throws UserError `checkpoint-not-written` if it could not be written, or an earlier one could not be flushed
   */
  async save(content: StateContent, learned: Learned, endOfEpoch: boolean): Promise<void> {
    if (this.#failure) throw this.#failure;
    await this.#write(content, learned);
    const isTime = this.#flushes.size === 0 && performance.now() - this.#lastFlush >= FLUSH_EVERY;
    if (isTime || endOfEpoch) this.#flush(content).catch((error: unknown) => (this.#failure = error as UserError));
  }

  /** Writes the run's current state, unless it was written already, and waits until it is on disk. */
  async finish(content: StateContent, learned: Learned): Promise<void> {
    await this.#flushes.idle();
    const wanted = fingerprint(content);
    if (this.#flushed === wanted) return;
    if (this.#failure || this.#written !== wanted) await this.#write(content, learned);
    this.#failure = null;
    await this.#flush(content);
  }

  /** Keeps what the run has learned so far, see `SnapshotsFile`. A run does not need it, so a failure is ignored. */
  keepSnapshot({ run, runId, step }: Pick<StateContent, 'run' | 'runId' | 'step'>, learned: Learned): void {
    try {
      this.store.snapshots({ run, runId }).add({ step, ...learned });
    } catch {
      // If the disk cannot be written, the checkpoints report it.
    }
  }

  /** Tells the writer that this state is on disk already. */
  markSaved(content: StateContent): void {
    this.#written = this.#flushed = fingerprint(content);
  }

  /** Tells the writer that its checkpoints are gone, so that the state is written again. */
  markUnsaved(): void {
    this.#written = this.#flushed = null;
  }

  async #write(content: StateContent, { weights, momentumBuffers }: Learned): Promise<void> {
    try {
      await this.store.write(content, weights, momentumBuffers);
    } catch (error) {
      // A loss that is not finite is not an error of the disk.
      throw error instanceof UserError && error.code === 'diverged' ? error : this.#notWritten(content, error);
    }
    this.#written = fingerprint(content);
    this.onWritten();
  }

  /** Waits until the written checkpoint is on disk. */
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
      `The checkpoint at step ${step.toLocaleString('en')} could not be written to ${folder}: ${reasonOf(error)}. Nothing is lost: the run is kept in memory. ${remedyFor(error)} or choose another folder, then resume.`,
      { cause: error },
    );
  }
}

/** A string that changes whenever the content of the run's checkpoint would. */
function fingerprint({ run, config, step, history }: StateContent): string {
  return JSON.stringify([run, config.epochs, step, history.testCounter.length]);
}
