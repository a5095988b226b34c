import type { Problem } from '@contract/contract';
import { problemFrom } from '../base/errors';

/** Collects the problems of independent pieces of work, each of which may fail while the others continue. */
export class Problems {
  #first: Problem | null = null;

  /** The first problem, or null. Later ones are not reported, since a person can deal with one at a time. */
  get first(): Problem | null {
    return this.#first;
  }

  /** @returns what `work` resolves to; null if it fails for any reason */
  async note<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      this.#first ??= problemFrom(error);
      return null;
    }
  }
}
