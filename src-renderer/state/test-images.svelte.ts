import { SvelteMap } from 'svelte/reactivity';
import type { GreyImage } from '@contract/contract';
import { request } from '../bridge';
import type { Problems } from './problems.svelte';

/** The contract's limit is higher; smaller answers are there sooner. */
const maxAtOnce = 100;

/** Images of the test set, which come as they are needed. */
export class TestImages {
  readonly #problems: Problems;
  readonly #images = new SvelteMap<number, GreyImage>();
  #wanted: number[] = [];
  #loading = false;
  /** Goes up with each test set; what comes for an earlier one is dropped. */
  #generation = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** @returns null while it is on its way */
  get(index: number): GreyImage | null {
    return this.#images.get(index) ?? null;
  }

  /** These are shown; those that were wanted before and did not come yet no longer are. */
  want(indices: readonly number[]): void {
    this.#wanted = indices.filter((index) => !this.#images.has(index));
    if (!this.#loading) void this.#load();
  }

  /** The test set is another one. */
  forget(): void {
    this.#generation++;
    this.#images.clear();
    this.#wanted = [];
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      while (this.#wanted.length > 0) {
        const indices = this.#wanted.splice(0, maxAtOnce);
        const generation = this.#generation;
        const images = await request('getTestImages', indices);
        if (generation !== this.#generation) continue;
        indices.forEach((index, i) => this.#images.set(index, images[i]!));
      }
    } catch (error) {
      this.#problems.reportError(error);
    } finally {
      this.#loading = false;
    }
  }
}
