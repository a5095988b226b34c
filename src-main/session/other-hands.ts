import { setImmediate } from 'node:timers/promises';
import { CLASSES, type LabelledImages, PIXELS } from '../data/mnist';
import { normalize } from '../recognition/normalize';
import { rasterize } from '../recognition/rasterize';
import { penDigit } from '../synthesis/pen-digits';

/** Those that a lesson rehearses, and those that it is tested on. The built-in network learned from seed 1. */
const seeds = { rehearsed: 101, tested: 102 };
const counts = { rehearsed: 2000, tested: 1000 };

const made: Partial<Record<keyof typeof seeds, Promise<LabelledImages>>> = {};

/** Synthetic digits of many hands; always the same on one machine. Yields to other work after each. */
export function otherHands(purpose: keyof typeof seeds): Promise<LabelledImages> {
  return (made[purpose] ??= draw(counts[purpose], seeds[purpose]));
}

async function draw(count: number, seed: number): Promise<LabelledImages> {
  const images = new Uint8Array(count * PIXELS);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES);
  for (let i = 0; i < count; i++) {
    images.set(normalize(rasterize(penDigit(labels[i]!, seed, i)))!.pixels, i * PIXELS);
    await setImmediate();
  }
  return { count, images, labels };
}
