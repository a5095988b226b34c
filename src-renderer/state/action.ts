/** What a button or a menu item does, and when it does something. */
export class Action {
  readonly #refusal: () => string | null;
  readonly #perform: () => void;

  constructor(refusal: () => string | null, perform: () => void) {
    this.#refusal = refusal;
    this.#perform = perform;
  }

  /** Why it would do nothing now, in words; null when it does something. */
  get refusal(): string | null {
    return this.#refusal();
  }

  readonly run = (): void => {
    if (this.refusal === null) this.#perform();
  };
}
