import { untrack } from 'svelte';
import type { InkEffects } from '@contract/recognition';
import type { Stroke } from '@contract/schemas';
import { request } from '../bridge';
import { Action } from './action';
import type { Content, Drawing } from './drawing.svelte';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';
import { LearningPace } from './learning-pace';

interface Context {
  readonly view: Pick<StudioView, 'isLearning'>;
  readonly drawing: Drawing;
  readonly recognition: Pick<Recognition, 'answer'>;
  readonly problems: Problems;
  readonly requester: Requester;
}

/** The search for a stroke that turns the answer into another digit. */
interface Search {
  content: Content;
  digit: number;
  /** null while it is searched, and if none was found. */
  stroke: Stroke | null;
  isOver: boolean;
  /** What the drawing with the stroke is read as now. */
  answer: { digit: number | null; probability: number } | null;
}

/** Explains the answer by the strokes on the pad: what each piece does to it, and which stroke would change it. */
export class InkExplanation {
  readonly #context: Context;
  readonly #pace: LearningPace;
  #watched = $state.raw(false);
  #explained = $state.raw<{ content: Content; effects: InkEffects | null } | null>(null);
  #search = $state.raw<Search | null>(null);

  /** Whether the pieces are coloured on the pad. */
  showsPieces = $state(false);
  /** The index of the piece that is pointed at in the list, or null. */
  pointedAt = $state<number | null>(null);

  constructor(context: Context) {
    this.#context = context;
    this.#pace = new LearningPace(context.view);
  }

  /** The newest effects, while they are shown: those of the drawing a moment ago until its change is explained, or null. */
  readonly effects = $derived.by(() => {
    const isShown = this.#watched && this.showsPieces && this.#context.drawing.content.strokes.length > 0;
    return isShown ? (this.#explained?.effects ?? null) : null;
  });

  /** Whether the drawing has no effects to show, since it is not a single digit drawn with the pen. */
  readonly hasNone = $derived.by(() => {
    const { strokes } = this.#context.drawing.content;
    return strokes.length === 0 || this.#explained?.effects === null;
  });

  /** The pieces to colour on the pad. Drawing on keeps the colours of what was there before. */
  readonly pieces = $derived.by(() => {
    const { content } = this.#context.drawing;
    const isContinued = this.#explained !== null && continues(this.#explained.content, content);
    return isContinued ? (this.effects?.pieces ?? []) : [];
  });

  /** The search for this drawing; null if there is none. */
  readonly search = $derived.by(() =>
    this.#watched && this.#search?.content === this.#context.drawing.content ? this.#search : null,
  );

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    this.#pace.start();
    untrack(() => this.follow());
    return () => {
      this.#watched = false;
      this.#endSearch();
    };
  }

  /** Call it when there is a new answer, or pieces are to be shown. */
  follow(): void {
    if (!this.#watched) return;
    if (this.showsPieces && this.#pace.allows(this.#context.drawing.content)) this.#explain();
    if (this.#search?.content !== this.#context.drawing.content) this.#endSearch();
    if (this.search?.stroke) this.#readAgain();
  }

  /** Searches for a stroke that makes this digit of the drawing. */
  searchFor(digit: number): Action {
    return new Action(
      () => {
        const { drawing, recognition, requester } = this.#context;
        if (drawing.content.strokes.length === 0) return 'Draw a digit first';
        if (recognition.answer?.digit === digit) return `It is already read as ${digit}`;
        return requester.refusalToAsk;
      },
      () => void this.#find(digit),
    );
  }

  /** Nobody sees what would be found. */
  #endSearch(): void {
    const isSearching = this.#search?.isOver === false;
    this.#search = null;
    if (!isSearching) return;
    request('endStrokeSearch').catch((error: unknown) => this.#context.problems.reportError(error));
  }

  readonly #explain = newestOnly(async () => {
    const { drawing } = this.#context;
    const { content } = drawing;
    if (content.strokes.length === 0) return;
    try {
      const effects = await this.#pace.measure(request('explainInk', { strokes: content.strokes }));
      this.#explained = { content, effects };
    } catch (error) {
      this.#context.problems.reportError(error);
    }
  });

  async #find(digit: number): Promise<void> {
    const { content } = this.#context.drawing;
    const search = { content, digit, stroke: null, isOver: false, answer: null };
    this.#search = search;
    try {
      const found = await request('findStroke', { drawing: { strokes: content.strokes }, digit });
      if (this.#search !== search) return;
      const answer = found && { digit, probability: found.probability };
      this.#search = { ...search, stroke: found?.stroke ?? null, isOver: true, answer };
    } catch (error) {
      if (this.#search === search) this.#search = null;
      this.#context.problems.reportError(error);
    }
  }

  readonly #readAgain = newestOnly(async () => {
    const search = this.#search;
    if (!search?.stroke) return;
    try {
      const strokes = [...search.content.strokes, search.stroke];
      const { digit, probabilities } = await request('recognize', { strokes });
      const answer = { digit, probability: digit === null ? 0 : probabilities[digit]! };
      if (this.#search === search) this.#search = { ...search, answer };
    } catch (error) {
      this.#context.problems.reportError(error);
    }
  });
}

/** Whether a drawing has all strokes of an earlier one, of which the last may have become longer. */
function continues({ strokes: before }: Content, { strokes: now }: Content): boolean {
  return now.length >= before.length && before.slice(0, -1).every((stroke, i) => stroke === now[i]);
}
