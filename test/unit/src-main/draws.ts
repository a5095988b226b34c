import { randomWords } from '../../../src-main/network/random';

/** Random numbers for a test, determined by a seed, so that a failure can be repeated. */
export class Draws {
  #drawn = 0;

  constructor(private readonly seed: number) {}

  /** @returns a whole number from 0 to count - 1 */
  below(count: number): number {
    const [word] = randomWords(1, { seed: this.seed, purpose: 'samples', index: this.#drawn++ });
    return Math.floor((word! / 2 ** 32) * count);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
}
