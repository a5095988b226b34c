import { untrack } from 'svelte';

/** How long points take to where they belong, in milliseconds. */
const DURATION = 350;

const ease = (part: number): number => 1 - (1 - part) ** 3;

/** Points that glide to their new places instead of jumping. */
export class Glide {
  readonly #jumps: () => boolean;
  #points = $state.raw(new Float32Array());
  #frame: number | null = null;

  /** @param jumps whether points must not glide */
  constructor(jumps: () => boolean) {
    this.#jumps = jumps;
  }

  /** Where they are now. */
  get points(): Float32Array {
    return this.#points;
  }

  /** @returns a function that stops them where they are */
  goTo(points: Float32Array): () => void {
    // The caller is an effect, which must not run again for each frame.
    const from = untrack(() => this.#points);
    if (from.length !== points.length || this.#jumps()) {
      this.#points = Float32Array.from(points);
      return () => undefined;
    }
    const began = performance.now();
    const move = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - began) / DURATION));
      const share = ease(part);
      this.#points = Float32Array.from(points, (to, i) => from[i]! + share * (to - from[i]!));
      this.#frame = part < 1 ? requestAnimationFrame(move) : null;
    };
    this.#frame = requestAnimationFrame(move);
    return () => {
      if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    };
  }
}
