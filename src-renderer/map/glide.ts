/** How long points take to where they belong, in milliseconds. */
const DURATION = 350;

const ease = (part: number): number => 1 - (1 - part) ** 3;

/** Points that glide to their new places instead of jumping. */
export class Glide {
  #points = new Float32Array();
  #frame: number | null = null;

  /** @param onmove called each time that the points have moved */
  constructor(private readonly onmove: () => void) {}

  /** Where they are now. */
  get points(): Float32Array {
    return this.#points;
  }

  /** From where they are now. @param jumps whether they must not glide */
  goTo(points: Float32Array, jumps: boolean): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    const from = this.#points;
    if (jumps || from.length !== points.length) {
      this.#move(points.slice());
      return;
    }
    const began = performance.now();
    const move = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - began) / DURATION));
      const share = ease(part);
      this.#frame = part < 1 ? requestAnimationFrame(move) : null;
      this.#move(points.map((to, i) => from[i]! + share * (to - from[i]!)));
    };
    this.#frame = requestAnimationFrame(move);
  }

  #move(points: Float32Array<ArrayBuffer>): void {
    this.#points = points;
    this.onmove();
  }
}
