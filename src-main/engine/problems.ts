import type { Problem } from '@contract/contract';
import { problemFrom } from '../base/errors';

/** What went wrong with things of which each may fail while the others go on. */
export class Problems {
  #first: Problem | null = null;

  /** The others are not told: one thing at a time can be dealt with. */
  get first(): Problem | null {
    return this.#first;
  }

  /** @returns what `work` resolves to; null where it fails, for whatever reason */
  async note<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      this.#first ??= problemFrom(error);
      return null;
    }
  }
}
