/** The primitives that order asynchronous work. */
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
   * Runs `action` after all earlier actions have ended.
   * @returns the action's result; rejects with its error
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
 * Does work for each item, several at a time. While a run is trained, the engine's thread is free only between two steps:
 * waiting for one file after the other would take a step for each.
 * @param atOnce how many, since the system limits how many files are open
 * @returns the results in the order of the items
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}

/**
 * Makes a function that calls `write` once per turn of the event loop, with the newest of the values given in it.
 * For settings that change often while only the last value matters.
 * @returns a function whose promise resolves when its value, or a newer one, is written, and rejects if `write` throws
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
 * Makes a function that runs `action`, never concurrently: all calls while it runs share one further run.
 * For refreshing what may have changed meanwhile, such as the listing of a folder.
 * @returns a function whose promise resolves when a run that began after the call has ended, or rejects with its error
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
