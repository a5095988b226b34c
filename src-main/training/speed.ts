/** How many of the last steps the speed is taken over. */
const WINDOW = 100;

/** Measures how fast training goes, and guesses how long the rest takes. */
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

  /** null until a few steps were seen: the first ones are slow. */
  get imagesPerSecond(): number | null {
    if (this.#steps.length < 5) return null;
    const images = this.#steps.reduce((sum, step) => sum + step.images, 0);
    return images / this.#seconds;
  }

  /** Seconds for so many more steps and tests; null until the speed is known. */
  secondsFor(steps: number, tests: number): number | null {
    if (this.imagesPerSecond === null) return null;
    return (steps * this.#seconds) / this.#steps.length + tests * this.#secondsPerTest;
  }

  get #seconds(): number {
    return this.#steps.reduce((sum, step) => sum + step.seconds, 0);
  }
}
