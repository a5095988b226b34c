/** The action of a button or menu item, and when it is available. */
export class Action {
  readonly #refusal: () => string | null;
  readonly #perform: () => void;

  constructor(refusal: () => string | null, perform: () => void) {
    this.#refusal = refusal;
    this.#perform = perform;
  }

  /** Why it is not available now, in words; null if it is. */
  get refusal(): string | null {
    return this.#refusal();
  }

  readonly run = (): void => {
    if (this.refusal === null) this.#perform();
  };
}
