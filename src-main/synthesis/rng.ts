/** A stream of random numbers that is a function of a key, for cases where the number needed is unknown. */
import { type RandomKey, uniform } from '../network/random';

export interface Rng {
  /** Uniform over [low, high). */
  between(low: number, high: number): number;
  /** An integer from `min` to `max`, inclusive. */
  whole(min: number, max: number): number;
  /** Normal with mean 0 (Box-Muller transform). */
  normal(deviation: number): number;
  pick<T>(list: readonly T[]): T;
}

/** The number of values drawn at once. */
const BLOCK = 256;

/** @param key its `index` identifies the generated object; its `epoch` is incremented here */
export function rngOf(key: Omit<RandomKey, 'epoch'>): Rng {
  let block = 0;
  let numbers: ArrayLike<number> = [];
  let next = 0;
  const draw = (): number => {
    if (next === numbers.length) {
      numbers = uniform(BLOCK, 0, 1, { ...key, epoch: block++ });
      next = 0;
    }
    return numbers[next++]!;
  };
  const between = (low: number, high: number) => low + draw() * (high - low);
  const whole = (min: number, max: number) => Math.floor(between(min, max + 1));
  return {
    between,
    whole,
    normal: (deviation) => deviation * Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
    pick: (list) => list[whole(0, list.length - 1)]!,
  };
}
