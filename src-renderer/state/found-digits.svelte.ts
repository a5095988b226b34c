import type { FoundDigit } from '@contract/recognition';
import { RequestError, request } from '../bridge';
import { Action } from './action';
import type { OwnDigits } from './own-digits.svelte';
import { type Picture, readPicture } from './picture';
import type { Requester } from './requester.svelte';

interface Context {
  readonly ownDigits: OwnDigits;
  readonly requester: Requester;
}

/** A digit of the page; its label is null if it is not to be kept. */
export interface LabelledDigit extends FoundDigit {
  label: number | null;
}

/** The digits of a picture of a page, which the person labels and keeps. */
export class FoundDigits {
  readonly #context: Context;
  readonly #read: (file: Blob) => Promise<Pick<Picture, 'grey'>>;
  #digits = $state.raw<readonly LabelledDigit[]>([]);
  #problem = $state.raw<string | null>(null);

  constructor(context: Context, read: (file: Blob) => Promise<Pick<Picture, 'grey'>> = readPicture) {
    this.#context = context;
    this.#read = read;
  }

  /** In reading order. */
  get digits(): readonly LabelledDigit[] {
    return this.#digits;
  }

  /** Why nothing was found, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** How many are to be kept. */
  get wanted(): number {
    return this.#digits.filter(({ label }) => label !== null).length;
  }

  /** Finds the digits of a picture; their likeliest labels are proposed. */
  find(file: Blob | null | undefined): Action {
    return new Action(
      () => this.#context.requester.refusalToAsk ?? (file ? null : 'There is no picture to read'),
      () => {
        if (file) this.#context.requester.ask(() => this.#find(file));
      },
    );
  }

  label(index: number, label: number | null): void {
    this.#digits = this.#digits.map((digit, i) => (i === index ? { ...digit, label } : digit));
  }

  /** Keeps the labelled digits, and forgets the others. */
  readonly keep = new Action(
    () => (this.wanted === 0 ? 'Open a picture first' : this.#context.ownDigits.saving ? 'One moment' : null),
    () =>
      this.#context.requester.ask(async () => {
        while (this.#digits.length > 0) {
          const { label, pixels } = this.#digits[0]!;
          if (label !== null) await this.#context.ownDigits.keep({ label, pixels, strokes: [] });
          this.#digits = this.#digits.slice(1);
        }
      }),
  );

  async #find(file: Blob): Promise<void> {
    this.#digits = [];
    this.#problem = null;
    try {
      const { grey } = await this.#read(file);
      const found = await request('findDigits', grey);
      this.#digits = found.map((digit) => ({ ...digit, label: digit.digit }));
      if (found.length === 0) this.#problem = 'There is no digit in the picture.';
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      this.#problem = error.message;
    }
  }
}
