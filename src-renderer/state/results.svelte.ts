import { untrack } from 'svelte';
import type { Results as Told } from '@contract/results';
import { request } from '../bridge';
import { bytesOf, floatsOf } from './decode';
import { type Answers, type Filter, filterImages } from './image-filter';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import { TestImages } from './test-images.svelte';

/** Results with decoded lists. */
export type Results = Omit<Told, keyof Answers> & Answers;

/** The active network's results on the test set. Requested only while they are shown. */
export class ResultsView {
  readonly images: TestImages;
  #watched = false;
  #results = $state.raw<Results | null>(null);
  #loading = $state.raw(false);
  #problem = $state.raw<string | null>(null);

  /** Selects the listed images. */
  filter = $state.raw<Filter>({ kind: 'mistakes' });

  constructor(problems: Problems) {
    this.images = new TestImages(problems);
  }

  /** null before the first answer, and while there are no results. */
  get results(): Results | null {
    return this.#results;
  }
  get loading(): boolean {
    return this.#loading;
  }
  /** Why there are no results, in words; null if it needs no explanation. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Indices of the listed images, in the list's order. */
  readonly listed: readonly number[] = $derived(this.#results === null ? [] : filterImages(this.#results, this.filter));

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    // The caller is an effect, which must not run again for each answer.
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Call it when another network is active, or the active one was tested. */
  follow(): void {
    if (this.#watched) this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    this.#loading = this.#results === null;
    try {
      const told = await request('getResults');
      if (told !== null && told.sha256 !== this.#results?.sha256) {
        this.images.forget();
        this.filter = { kind: 'mistakes' };
      }
      this.#results = told && decode(told);
      this.#problem = null;
    } catch (error) {
      this.#results = null;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#loading = false;
  });
}

function decode(told: Told): Results {
  return {
    ...told,
    labels: bytesOf(told.labels),
    predictions: bytesOf(told.predictions),
    probabilities: floatsOf(told.probabilities),
    losses: floatsOf(told.losses),
    doubted: new Set(told.doubted),
    reviewed: new Map(told.reviewed.map(({ index, review }) => [index, review])),
  };
}
