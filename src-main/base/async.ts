/** The few ways in which asynchronous work is ordered here. */
import { setImmediate } from 'node:timers/promises';

/**
 * Runs actions one after the other, in the order they were added. For work that must not overlap: two writes to the
 * same files, or requests that change the same state. An action that fails does not stop the ones after it.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #size = 0;

  /** How many actions wait or run. */
  get size(): number {
    return this.#size;
  }

  /**
   * Runs `action` when all actions before it have ended.
   * @returns what the action returns; rejects with what it throws
   */
  add<T>(action: () => T | Promise<T>): Promise<T> {
    this.#size++;
    const result = this.#last.then(action).finally(() => this.#size--);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all actions added so far have ended, whether they succeeded or failed. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

/**
 * Makes a function that calls `write` once for all values given in one turn of the event loop, with the newest of them.
 * For settings that change many times while only the last value matters.
 * @returns a function whose promise resolves when its value, or a newer one, is written, and rejects when `write` throws
 */
export function writeNewest<T>(write: (value: T) => void): (value: T) => Promise<void> {
  let newest: T;
  let scheduled: Promise<void> | null = null;
  return (value) => {
    newest = value;
    scheduled ??= setImmediate().then(() => {
      scheduled = null;
      write(newest);
    });
    return scheduled;
  };
}

/**
 * Makes a function that runs `action`, never twice at a time: all calls while it runs share one more run afterwards.
 * For showing what may have changed meanwhile, such as the listing of a folder.
 * @returns a function whose promise resolves when a run that began after the call has ended; rejects with what it throws
 */
export function coalesce(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  return () => {
    if (waiting) return waiting;
    const run = running.then(() => {
      waiting = null;
      return action();
    });
    waiting = run;
    running = run.catch(() => undefined);
    return run;
  };
}
