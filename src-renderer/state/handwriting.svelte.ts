import type { LabelledDrawing } from '@contract/recognition';
import { request } from '../bridge';
import { Action } from './action';
import { Drawing } from './drawing.svelte';
import type { OwnDigits } from './own-digits.svelte';
import type { Requester } from './requester.svelte';
import { writingRound } from './writing-round';

/** How often each digit is written in a round. */
const EACH = 4;

interface Context {
  readonly ownDigits: OwnDigits;
  readonly requester: Requester;
}

/** A round in which a person writes each digit several times: which one comes next, and what was written. */
export class Handwriting {
  /** The pad of the round. */
  readonly drawing = new Drawing(() => undefined);
  readonly #context: Context;
  readonly #random: () => number;
  #order = $state.raw<readonly number[]>([]);
  /** What became of each digit asked for so far: the drawing, or null if it was skipped. */
  #done = $state.raw<readonly (LabelledDrawing | null)[]>([]);
  #complaint = $state.raw<string | null>(null);
  #isKeeping = $state.raw(false);

  constructor(context: Context, random?: () => number) {
    this.#context = context;
    this.#random = random ?? Math.random;
    this.#order = writingRound(EACH, this.#random);
  }

  /** The digit to write; null once the round is done. */
  get wanted(): number | null {
    return this.#order[this.#done.length] ?? null;
  }

  /** How many digits the round has, and how many of them were written or skipped. */
  get progress(): { done: number; total: number } {
    return { done: this.#done.length, total: this.#order.length };
  }

  /** How many drawings were kept in this round. */
  get kept(): number {
    return this.#done.filter((drawing) => drawing !== null).length;
  }

  /** Why the drawing was not kept, until it changes; null if nothing is wrong. */
  get complaint(): string | null {
    return this.#complaint;
  }

  /** Keeps the drawing as the digit that was asked for, and asks for the next. */
  readonly keep = new Action(
    () => this.#refusal() ?? (this.drawing.isEmpty ? 'Write the digit first' : null),
    () => {
      this.#isKeeping = true;
      this.#context.requester.ask(() => this.#keep().finally(() => (this.#isKeeping = false)));
    },
  );

  /** Asks for the next digit without keeping this one. */
  readonly skip = new Action(
    () => this.#refusal(),
    () => this.#goOn(null),
  );

  /** Goes back to the previous digit, and removes what was kept for it. */
  readonly undo = new Action(
    () => this.#saving() ?? (this.#done.length === 0 ? 'There is nothing to undo' : null),
    () =>
      this.#context.requester.ask(async () => {
        const last = this.#done.at(-1) ?? null;
        if (last !== null) await this.#context.ownDigits.remove(last);
        this.#done = this.#done.slice(0, -1);
        this.#clear();
      }),
  );

  readonly clear = new Action(
    () => (this.drawing.isEmpty ? 'Nothing is drawn' : null),
    () => this.#clear(),
  );

  readonly startRound = new Action(
    () => null,
    () => {
      this.#order = writingRound(EACH, this.#random);
      this.#done = [];
      this.#clear();
    },
  );

  /** Call it when the drawing has changed. */
  changed(): void {
    this.#complaint = null;
  }

  async #keep(): Promise<void> {
    const { wanted } = this;
    const { strokes } = this.drawing.content;
    if (wanted === null) return;
    const { preview: pixels, reason } = await request('recognize', { strokes });
    if (reason === 'nothing' || reason === 'too-small') {
      this.#complaint = 'That is too small. Write the digit larger.';
      return;
    }
    const kept = await this.#context.ownDigits.keep({ label: wanted, pixels, strokes });
    if (kept !== null) this.#goOn(kept);
  }

  #goOn(drawing: LabelledDrawing | null): void {
    this.#done = [...this.#done, drawing];
    this.#clear();
  }

  #clear(): void {
    this.drawing.restart();
    this.#complaint = null;
  }

  #refusal(): string | null {
    return this.wanted === null ? 'The round is done' : this.#saving();
  }

  #saving(): string | null {
    const { requester, ownDigits } = this.#context;
    return requester.refusalToAsk ?? (this.#isKeeping || ownDigits.saving ? 'One moment' : null);
  }
}
