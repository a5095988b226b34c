import { untrack } from 'svelte';
import type { TrialResult } from '@contract/compare';
import { request } from '../bridge';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';

/** What a trial has found. It is asked for only while it is shown. */
export class Trials {
  #shown = $state.raw<string | null>(null);
  #result = $state.raw<TrialResult | null>(null);
  #watched = false;
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** The trial that is shown. */
  get shown(): string | null {
    return this.#shown;
  }

  /** null until it is there, and where no run of the trial was begun. */
  get result(): TrialResult | null {
    return this.#result?.trial.id === this.#shown ? this.#result : null;
  }

  show(id: string | null): void {
    this.#shown = id;
    this.follow();
  }

  /** @returns a function that ends watching */
  watch(): () => void {
    this.#watched = true;
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Its runs may have been trained further. */
  follow(): void {
    if (this.#watched) this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    const id = this.#shown;
    try {
      this.#result = id === null ? null : await request('getTrial', id);
    } catch (error) {
      this.#problems.reportError(error);
    }
  });
}
