import { untrack } from 'svelte';
import type { TrialResult } from '@contract/compare';
import { request } from '../bridge';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';

/** The result of a trial, requested only while it is shown. */
export class Trials {
  #shown = $state.raw<string | null>(null);
  #result = $state.raw<TrialResult | null>(null);
  #watched = false;
  readonly #problems: Problems;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** The id of the trial that is shown, or null. */
  get shown(): string | null {
    return this.#shown;
  }

  /** null until it has arrived, and if no run of the trial was started. */
  get result(): TrialResult | null {
    return this.#result?.trial.id === this.#shown ? this.#result : null;
  }

  show(id: string | null): void {
    this.#shown = id;
    this.follow();
  }

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Call it when the trial's runs may have been trained further. */
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
