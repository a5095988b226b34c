import { SvelteMap } from 'svelte/reactivity';
import type { GreyImage } from '@contract/contract';
import { request } from '../bridge';
import type { Problems } from './problems.svelte';

/** Lower than the contract's limit, since smaller replies arrive sooner. */
const maxAtOnce = 100;

/** Images of the test set, loaded on demand. */
export class TestImages {
  readonly #problems: Problems;
  readonly #images = new SvelteMap<number, GreyImage>();
  #wanted: number[] = [];
  #loading = false;
  /** Incremented for each test set; replies for an earlier one are dropped. */
  #generation = 0;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** @returns null while it is loading */
  get(index: number): GreyImage | null {
    return this.#images.get(index) ?? null;
  }

  /** Requests these images instead of those requested earlier that have not arrived yet. */
  want(indices: readonly number[]): void {
    this.#wanted = indices.filter((index) => !this.#images.has(index));
    if (!this.#loading) void this.#load();
  }

  /** Call it when the test set has changed. */
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
