import type { Point, Stroke } from '@contract/schemas';
import { extended } from './path';
import type { Picture } from './picture';

/** The pad's width and height in pad units, independent of its size on screen. */
export const padSize = 280;
/** In pad units. */
export const penWidths = { min: 6, max: 44 };
const usualPenWidth = 20;
// The contract's limits.
const maxStrokes = 500;
const maxPoints = 20_000;

/** The content of the pad. Immutable, so it can be kept, compared and restored. */
export interface Content {
  readonly strokes: Stroke[];
  /** Instead of strokes. */
  readonly picture: Picture | null;
}

const empty: Content = { strokes: [], picture: null };

const clamp = (value: number): number => Math.min(2 * padSize, Math.max(-padSize, value));
const clamped = ([x, y, ...pressure]: Point): Point => [clamp(x), clamp(y), ...pressure];

/** The drawing on the pad, its history for undo and redo, and the pen. */
export class Drawing {
  readonly #onleave: (content: Content) => void;
  #past = $state.raw<readonly Content[]>([]);
  #content = $state.raw(empty);
  #future = $state.raw<readonly Content[]>([]);
  #penDown = $state.raw(false);

  /** The width of the pen and the eraser, in pad units. */
  penWidth = $state(usualPenWidth);
  erasing = $state(false);

  /** @param onleave called with the drawing that leaves the pad */
  constructor(onleave: (content: Content) => void) {
    this.#onleave = onleave;
  }

  get content(): Content {
    return this.#content;
  }
  get isEmpty(): boolean {
    return this.#content.strokes.length === 0 && this.#content.picture === null;
  }
  get penDown(): boolean {
    return this.#penDown;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** @param erases whether the stroke removes ink; true for a pen's eraser end, whichever tool is chosen */
  begin(point: Point, erases = this.erasing): void {
    const { strokes, picture } = this.#content;
    if (strokes.length >= maxStrokes || (erases && strokes.length === 0)) return;
    // A picture cannot be drawn on: a drawing replaces it.
    if (picture !== null) this.#onleave(this.#content);
    const stroke: Stroke = { width: this.penWidth, points: [clamped(point)], ...(erases && { erases }) };
    this.#replace({ strokes: [...strokes, stroke], picture: null });
    this.#penDown = true;
  }

  /** Continues the stroke. @returns whether that changed anything */
  extend(points: readonly Point[]): boolean {
    const { strokes } = this.#content;
    const last = strokes.at(-1);
    if (!this.#penDown || last === undefined) return false;
    const path = extended(last.points, points.map(clamped));
    path.length = Math.min(path.length, maxPoints);
    if (path.length === last.points.length) return false;
    this.#content = { strokes: [...strokes.slice(0, -1), { ...last, points: path }], picture: null };
    return true;
  }

  /** Adds a whole stroke. */
  add(stroke: Stroke): void {
    const { strokes } = this.#content;
    if (strokes.length < maxStrokes) this.#replace({ strokes: [...strokes, stroke], picture: null });
  }

  end(): void {
    this.#penDown = false;
  }

  /** Puts another drawing on the pad; `undo` restores the previous one. */
  show(content: Content): void {
    if (content === this.#content) return;
    if (!this.isEmpty) this.#onleave(this.#content);
    this.#replace(content);
  }

  clear(): void {
    this.show(empty);
  }

  /** Empties the pad for another drawing, without a history. */
  restart(): void {
    this.#replace(empty);
    this.#past = [];
  }

  undo(): void {
    const before = this.#past.at(-1);
    if (before === undefined) return;
    this.#penDown = false;
    this.#past = this.#past.slice(0, -1);
    this.#future = [this.#content, ...this.#future];
    this.#content = before;
  }

  redo(): void {
    const [after, ...later] = this.#future;
    if (after === undefined) return;
    this.#penDown = false;
    this.#past = [...this.#past, this.#content];
    this.#content = after;
    this.#future = later;
  }

  #replace(content: Content): void {
    this.#penDown = false;
    this.#past = [...this.#past, this.#content];
    this.#content = content;
    this.#future = [];
  }
}
