/** Allows something at most `max` times within any `period`. */
export class RateLimit {
  #times: number[] = [];

  /**
   * @param period in milliseconds
   * @param now the time in milliseconds since any fixed moment
   */
  constructor(
    private readonly max: number,
    private readonly period: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @returns whether it is allowed now; if so, this call counts */
  take(): boolean {
    const now = this.now();
    this.#times = this.#times.filter((time) => now - time < this.period);
    if (this.#times.length >= this.max) return false;
    this.#times.push(now);
    return true;
  }

  /** Forgets all calls so far. */
  reset(): void {
    this.#times = [];
  }
}
