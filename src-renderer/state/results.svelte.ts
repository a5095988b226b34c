import { untrack } from 'svelte';
import type { GreyImage } from '@contract/contract';
import type { LabelledDrawing } from '@contract/recognition';
import type { Results as Told } from '@contract/results';
import { request } from '../bridge';
import { bytesOf, floatsOf } from './decode';
import { type Answers, type Filter, filterImages } from './image-filter';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import { TestImages } from './test-images.svelte';
import type { TimeMachine } from './time-machine.svelte';

/** Results with decoded lists. */
export type Results = Omit<Told, keyof Answers> & Answers;

/** The images that a network is tested on. */
export type ImageSet = 'test' | 'drawings';

/** The images of a list. */
export interface Images {
  /** @returns null while it is loading */
  get: (index: number) => GreyImage | null;
  /** Call it with the images that are in view. */
  want: (indices: readonly number[]) => void;
}

/** The active network's results on the test set or the saved drawings. Requested only while they are shown. */
export class ResultsView {
  readonly #testImages: TestImages;
  readonly #timeMachine: () => Pick<TimeMachine, 'isPassing'>;
  readonly #drawingImages: Images = {
    get: (index) => this.#drawings[index]?.pixels ?? null,
    want: () => undefined,
  };
  #watched = false;
  #set = $state.raw<ImageSet>('test');
  #results = $state.raw<Results | null>(null);
  #drawings = $state.raw<readonly LabelledDrawing[]>([]);
  #loading = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  #chosen = $state.raw<number | null>(null);

  /** Selects the listed images. */
  filter = $state.raw<Filter>({ kind: 'mistakes' });

  constructor(problems: Problems, timeMachine: () => Pick<TimeMachine, 'isPassing'>) {
    this.#testImages = new TestImages(problems);
    this.#timeMachine = timeMachine;
  }

  get set(): ImageSet {
    return this.#set;
  }
  get images(): Images {
    return this.#set === 'test' ? this.#testImages : this.#drawingImages;
  }
  /** null before the first answer, and while there are no results. */
  get results(): Results | null {
    return this.#results;
  }
  /** Whether no network is tested now: each step that is passed would need its own test, which slows training down. */
  get mustWait(): boolean {
    return this.#timeMachine().isPassing;
  }
  get loading(): boolean {
    return this.#loading;
  }
  /** Why there are no results, in words; null if it needs no explanation. */
  get problem(): string | null {
    return this.#problem;
  }
  /** The index of the image whose details are shown, or null. */
  get chosen(): number | null {
    return this.#chosen;
  }
  /** The chosen image if it is a saved drawing, else null. */
  get chosenDrawing(): LabelledDrawing | null {
    return this.#set === 'drawings' && this.#chosen !== null ? (this.#drawings[this.#chosen] ?? null) : null;
  }

  /** Indices of the listed images, in the list's order. */
  readonly listed: readonly number[] = $derived(this.#results === null ? [] : filterImages(this.#results, this.filter));

  /** Shows the results on other images. Of a few drawings there may be no mistakes to list. */
  showSet(set: ImageSet): void {
    if (set === this.#set) return;
    this.#set = set;
    this.#results = null;
    this.#problem = null;
    this.#chosen = null;
    this.filter = { kind: set === 'test' ? 'mistakes' : 'unsure' };
    this.follow();
  }

  /** Shows an image's details. @param index null hides them */
  choose(index: number | null): void {
    this.#chosen = index;
  }

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    // The caller is an effect, which must not run again for each answer.
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Call it when another network is active, the active one was tested, or the drawings have changed. */
  follow(): void {
    if (this.#watched && !this.mustWait) this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    const set = this.#set;
    this.#loading = this.#results === null;
    try {
      const told = await (set === 'test' ? askForTest() : request('getDrawingResults'));
      // Other images were chosen meanwhile; they are asked for next.
      if (set !== this.#set) return;
      if (set === 'test') this.#forgetOtherImages(told?.results ?? null);
      else this.#replaceDrawings(told?.drawings ?? []);
      this.#results = told && decode(told.results);
      this.#problem = null;
    } catch (error) {
      this.#results = null;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#loading = false;
  });

  #forgetOtherImages(told: Told | null): void {
    if (told === null || told.sha256 === this.#results?.sha256) return;
    this.#testImages.forget();
    this.#chosen = null;
    this.filter = { kind: 'mistakes' };
  }

  /** The chosen drawing stays chosen if it is still there. */
  #replaceDrawings(drawings: readonly LabelledDrawing[]): void {
    const id = this.chosenDrawing?.id;
    const index = drawings.findIndex((drawing) => drawing.id === id);
    this.#chosen = index === -1 ? null : index;
    this.#drawings = drawings;
  }
}

async function askForTest(): Promise<{ results: Told; drawings: [] } | null> {
  const results = await request('getResults');
  return results && { results, drawings: [] };
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
