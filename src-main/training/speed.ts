/** The number of recent steps that the speed is averaged over. */
const WINDOW = 100;

/** Measures the training speed and estimates the remaining time. */
export class Speed {
  #steps: { images: number; seconds: number }[] = [];
  #secondsPerTest = 0;

  addStep(images: number, seconds: number): void {
    this.#steps.push({ images, seconds });
    if (this.#steps.length > WINDOW) this.#steps.shift();
  }

  addTest(seconds: number): void {
    this.#secondsPerTest = seconds;
  }

  /** null until a few steps were measured: the first ones are slow. */
  get imagesPerSecond(): number | null {
    if (this.#steps.length < 5) return null;
    const images = this.#steps.reduce((sum, step) => sum + step.images, 0);
    return images / this.#seconds;
  }

  /** Estimated seconds for this many more steps and tests; null until the speed is known. */
  secondsFor(steps: number, tests: number): number | null {
    if (this.imagesPerSecond === null) return null;
    return (steps * this.#seconds) / this.#steps.length + tests * this.#secondsPerTest;
  }

  get #seconds(): number {
    return this.#steps.reduce((sum, step) => sum + step.seconds, 0);
  }
}
