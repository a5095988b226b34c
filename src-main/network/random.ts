/**
 * Random numbers are a function of (seed, purpose, epoch, index), never of how many were drawn before.
 * A run that is stopped at any step and resumed therefore draws the same numbers as one that was not stopped.
 */

const purposes = {
  initialisation: 1,
  order: 2,
  dropout: 3,
  samples: 4,
  nonDigits: 5,
  penDigits: 6,
  augmentation: 7,
  lesson: 8,
} as const;

/** Identifies a sequence: equal keys give equal numbers, different keys unrelated ones. */
export interface RandomKey {
  /** 0 to 2^32 - 1 */
  seed: number;
  purpose: keyof typeof purposes;
  epoch?: number;
  /** The training step, image or parameter, counted from 0. */
  index?: number;
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return aHigh * bHigh + (middle >>> 16) + (carry >>> 16);
}

/**
 * Philox4x32-10, the counter-based generator of J. Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3" (2011): four random words for each value of a 128-bit counter under a 64-bit key.
 *
 * @param words holds the counter in elements `at` to `at + 3`, which the random words replace
 */
export function philox4x32(words: Uint32Array, at: number, key0: number, key1: number): void {
  let c0 = words[at]!;
  let c1 = words[at + 1]!;
  let c2 = words[at + 2]!;
  let c3 = words[at + 3]!;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0) >>> 0;
    const low1 = Math.imul(0xcd9e8d57, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  words[at] = c0;
  words[at + 1] = c1;
  words[at + 2] = c2;
  words[at + 3] = c3;
}

/** @returns `count` uniformly distributed unsigned 32-bit words */
export function randomWords(count: number, { seed, purpose, epoch = 0, index = 0 }: RandomKey): Uint32Array {
  const words = new Uint32Array(Math.ceil(count / 4) * 4);
  for (let at = 0, block = 0; at < count; at += 4, block++) {
    words[at] = block;
    words[at + 1] = index;
    words[at + 2] = epoch;
    philox4x32(words, at, seed, purposes[purpose]);
  }
  return words.length === count ? words : words.subarray(0, count);
}

/** @returns `count` numbers uniformly distributed over [low, high), in single precision */
export function uniform(count: number, low: number, high: number, key: RandomKey): Float32Array {
  const words = randomWords(count, key);
  const numbers = new Float32Array(count);
  // A single-precision number holds 24 bits.
  for (let i = 0; i < count; i++) numbers[i] = low + (words[i]! >>> 8) * 2 ** -24 * (high - low);
  return numbers;
}

/** @returns `count` numbers that are 0 or 1 with equal probability */
export function randomBits(count: number, key: RandomKey): Uint8Array {
  const words = randomWords(Math.ceil(count / 32), key);
  const bits = new Uint8Array(count);
  for (let i = 0; i < count; i++) bits[i] = (words[i >>> 5]! >>> (i & 31)) & 1;
  return bits;
}

/** @returns the numbers 0 to count - 1 in random order (Fisher-Yates shuffle) */
export function permutation(count: number, key: RandomKey): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const words = randomWords(count, key);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((words[i]! / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
