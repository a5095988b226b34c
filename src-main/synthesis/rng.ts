/** Random choices, one after another, as a function of a key: for things made of an unknown number of them. */
import { type RandomKey, uniform } from '../network/random';

export interface Rng {
  /** Uniform over [low, high). */
  between(low: number, high: number): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** Normal with mean 0 (Box and Muller's transform). */
  normal(deviation: number): number;
  pick<T>(list: readonly T[]): T;
}

/** How many numbers are drawn at once. */
const BLOCK = 256;

/** @param key its `index` tells one thing that is made from the next; its `epoch` is counted up here */
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
