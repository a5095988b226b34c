import { untrack } from 'svelte';
import { type ComparedRun, type OtherFolder, type RunRef, type UnreadableRun, maxCompared } from '@contract/compare';
import { request } from '../bridge';
import { PairComparison } from './pair-comparison.svelte';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import { colourIndex } from './run-words';
import type { StudioView } from './studio-view.svelte';

/** A chosen run and its slot, which determines its dash and marker. */
export interface Chosen {
  ref: RunRef;
  /** 0 to 9 */
  slot: number;
}

const isSame = (a: RunRef, b: RunRef): boolean => a.run === b.run && a.folder === b.folder;
export const keyOf = ({ run, folder }: RunRef): string => `${folder}/${run}`;

/** The runs that a person compares. They are requested only while they are shown. */
export class Comparison {
  readonly pair: PairComparison;
  #chosen = $state.raw<readonly Chosen[]>([]);
  #told = $state.raw<readonly (ComparedRun | UnreadableRun)[]>([]);
  #others = $state.raw<readonly OtherFolder[]>([]);
  #watched = false;
  readonly #problems: Problems;
  readonly #view: Pick<StudioView, 'dataset'>;

  constructor(problems: Problems, view: Pick<StudioView, 'dataset'>) {
    this.#problems = problems;
    this.#view = view;
    this.pair = new PairComparison(problems);
  }

  get chosen(): readonly Chosen[] {
    return this.#chosen;
  }

  /** The added folders, whose runs can be chosen too. */
  get others(): readonly OtherFolder[] {
    return this.#others;
  }

  get isFull(): boolean {
    return this.#chosen.length >= maxCompared;
  }

  /** The chosen runs that have been read, in the order of choice. */
  readonly runs: readonly (ComparedRun & { slot: number })[] = $derived(
    this.#chosen.flatMap(({ ref, slot }) => {
      const told = this.#told.find((run) => isSame(run.ref, ref));
      return told && 'config' in told ? [{ ...told, slot }] : [];
    }),
  );

  /** The chosen runs that cannot be read, with the reason. */
  readonly unreadable: readonly UnreadableRun[] = $derived(
    this.#told.filter(
      (run): run is UnreadableRun => 'problem' in run && this.#chosen.some(({ ref }) => isSame(ref, run.ref)),
    ),
  );

  slotOf(ref: RunRef): number | null {
    return this.#chosen.find((chosen) => isSame(chosen.ref, ref))?.slot ?? null;
  }

  /** Chooses a run, or removes it if it is chosen. Does nothing if ten others are chosen. */
  toggle(ref: RunRef): void {
    if (this.slotOf(ref) !== null) this.#chosen = this.#chosen.filter((chosen) => !isSame(chosen.ref, ref));
    else if (!this.isFull) {
      this.#chosen = withRun(this.#chosen, ref);
    }
    this.follow();
  }

  /** Chooses these runs instead of the current ones. */
  choose(refs: readonly RunRef[]): void {
    this.#chosen = refs.slice(0, maxCompared).reduce<readonly Chosen[]>(withRun, []);
    this.follow();
  }

  /** Drops chosen runs that are no longer in the checkpoint folder. */
  keepOnly(names: readonly string[]): void {
    const left = this.#chosen.filter(({ ref }) => ref.folder !== 0 || names.includes(ref.run));
    if (left.length !== this.#chosen.length) this.#chosen = left;
    this.follow();
  }

  /** Offers the runs of another folder. If there is only one, it is chosen. */
  add(folder: OtherFolder): void {
    this.#others = [...this.#others.filter((other) => other.folder !== folder.folder), folder];
    const [first, ...more] = folder.runs;
    if (first === undefined || more.length > 0) return;
    const ref = { run: first.run, folder: folder.folder };
    if (this.slotOf(ref) === null) this.toggle(ref);
  }

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    // The caller is an effect, which must run again for other data, but not for each answer.
    this.pair.data = this.#view.dataset?.sha256 ?? '';
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Call it when the runs may have changed. */
  follow(): void {
    if (this.#watched) this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    const refs = this.#chosen.map(({ ref }) => ref);
    try {
      this.#told = refs.length === 0 ? [] : await request('compareRuns', refs);
    } catch (error) {
      this.#problems.reportError(error);
    }
    this.pair.show(this.runs);
  });
}

/** Adds a run in the slot of its colour in the list of runs if that is free, else in the first free slot. */
function withRun(chosen: readonly Chosen[], ref: RunRef): readonly Chosen[] {
  const taken = new Set(chosen.map(({ slot }) => slot));
  const places = [colourIndex(ref.run), ...Array.from({ length: maxCompared }, (_, i) => i)];
  return [...chosen, { ref, slot: places.find((place) => !taken.has(place))! }];
}
