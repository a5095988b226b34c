import type { Drawing as DrawingData, Stroke } from '@contract/schemas';

/** The pad is this many units wide and high, however large it is shown. */
export const padSize = 280;
const penWidth = 20;
// The contract's limits.
const mostStrokes = 500;
const mostPoints = 20_000;

const clamp = (value: number): number => Math.min(2 * padSize, Math.max(-padSize, value));

/** What is drawn on the pad: strokes of x, y points in pad units. */
export class Drawing {
  // Replaced, never changed: what was handed out for recognition or painting stays as it was.
  #strokes = $state.raw<Stroke[]>([]);
  #penDown = $state.raw(false);

  get strokes(): Stroke[] {
    return this.#strokes;
  }
  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }
  get penDown(): boolean {
    return this.#penDown;
  }
  get data(): DrawingData {
    return { strokes: this.#strokes };
  }

  begin(x: number, y: number): void {
    if (this.#strokes.length >= mostStrokes) return;
    this.#penDown = true;
    this.#strokes = [...this.#strokes, { width: penWidth, points: [[clamp(x), clamp(y)]] }];
  }

  /** Draws on from where the pen is. */
  extend(points: (readonly [x: number, y: number])[]): void {
    const last = this.#strokes.at(-1);
    if (!this.#penDown || last === undefined || points.length === 0) return;
    const room = mostPoints - last.points.length;
    const more = points.slice(0, room).map(([x, y]): [number, number] => [clamp(x), clamp(y)]);
    this.#strokes = [...this.#strokes.slice(0, -1), { ...last, points: [...last.points, ...more] }];
  }

  end(): void {
    this.#penDown = false;
  }

  undo(): void {
    this.#penDown = false;
    this.#strokes = this.#strokes.slice(0, -1);
  }

  clear(): void {
    this.#penDown = false;
    this.#strokes = [];
  }
}
