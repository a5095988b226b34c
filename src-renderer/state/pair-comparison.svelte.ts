import type { ComparedRun, RunRef } from '@contract/compare';
import { request } from '../bridge';
import { bytesOf, floatsOf } from './decode';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import { TestImages } from './test-images.svelte';

interface NetworkAnswers {
  step: number;
  predictions: Uint8Array;
  probabilities: Float32Array;
  losses: Float32Array;
}

/** The answers of two networks to the same images. */
export interface PairAnswers {
  labels: Uint8Array;
  total: number;
  answers: [NetworkAnswers, NetworkAnswers];
  onlyFirst: number;
  onlySecond: number;
  pValue: number;
}

/** Which images are listed. */
export type PairFilter = 'first' | 'second' | 'both-wrong';

const identityOf = ({ ref, runId }: ComparedRun) => `${ref.folder}/${ref.run}/${runId}`;

/** Two of the compared runs, image by image. */
export class PairComparison {
  readonly images: TestImages;
  filter = $state.raw<PairFilter>('first');
  #wanted = $state.raw<readonly [RunRef, RunRef] | null>(null);
  #runs = $state.raw<readonly [ComparedRun, ComparedRun] | null>(null);
  #answers = $state.raw<PairAnswers | null>(null);
  #problem = $state.raw<string | null>(null);
  /** What the answers are of: the data, and the two runs, whose steps may be newer. */
  #pair = '';
  #asked = '';
  #sha256 = '';

  /** Identifies the loaded data. */
  data = '';

  constructor(problems: Problems) {
    this.images = new TestImages(problems);
  }

  /** The two runs; null if fewer are compared. */
  get runs(): readonly [ComparedRun, ComparedRun] | null {
    return this.#runs;
  }
  /** null until they have arrived. */
  get answers(): PairAnswers | null {
    return this.#answers;
  }
  /** Why there are no answers, in words; null if nothing is wrong. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Indices of the listed images; those on which the two differ most come first. */
  readonly listed: readonly number[] = $derived(this.#answers === null ? [] : listOf(this.#answers, this.filter));

  /** Compares these two of the compared runs. */
  choose(first: RunRef, second: RunRef, runs: readonly ComparedRun[]): void {
    this.#wanted = [first, second];
    this.show(runs);
  }

  /** Sets the compared runs. The chosen two stay chosen if they are among them. */
  show(runs: readonly ComparedRun[]): void {
    const find = (ref: RunRef | undefined) =>
      runs.find((run) => run.ref.run === ref?.run && run.ref.folder === ref.folder);
    const first = find(this.#wanted?.[0]) ?? runs[0];
    const second = find(this.#wanted?.[1]) ?? runs.find((run) => run !== first);
    this.#runs = first !== undefined && second !== undefined && first !== second ? [first, second] : null;
    const pair = this.#runs === null ? '' : [this.data, ...this.#runs.map(identityOf)].join(' ');
    if (pair !== this.#pair) {
      this.#answers = null;
      this.#problem = null;
    }
    this.#pair = pair;
    const wanted = [pair, ...(this.#runs ?? []).map(({ step }) => step)].join(' ');
    if (wanted === this.#asked) return;
    this.#asked = wanted;
    this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    const runs = this.#runs;
    if (runs === null) return;
    const pair = this.#pair;
    try {
      const told = await request('compareAnswers', [runs[0].ref, runs[1].ref]);
      // Two others were chosen meanwhile; they are asked for next.
      if (pair !== this.#pair) return;
      if (told.sha256 !== this.#sha256) this.images.forget();
      this.#sha256 = told.sha256;
      const [first, second] = told.answers.map(({ step, predictions, probabilities, losses }) => ({
        step,
        predictions: bytesOf(predictions),
        probabilities: floatsOf(probabilities),
        losses: floatsOf(losses),
      })) as [NetworkAnswers, NetworkAnswers];
      this.#answers = { ...told, labels: bytesOf(told.labels), answers: [first, second] };
      this.#problem = null;
    } catch (error) {
      if (pair !== this.#pair) return;
      this.#answers = null;
      // Asked again when the runs may have changed.
      this.#asked = '';
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  });
}

function listOf({ labels, answers: [first, second] }: PairAnswers, filter: PairFilter): number[] {
  const isListed = (index: number) => {
    const right = [first, second].map(({ predictions }) => predictions[index] === labels[index]);
    if (filter === 'first') return right[0]! && !right[1]!;
    if (filter === 'second') return right[1]! && !right[0]!;
    return !right[0]! && !right[1]!;
  };
  const gap = (index: number) => Math.abs(first.losses[index]! - second.losses[index]!);
  return Array.from(labels.keys())
    .filter(isListed)
    .sort((a, b) => gap(b) - gap(a) || a - b);
}
