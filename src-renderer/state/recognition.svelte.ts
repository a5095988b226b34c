import type { Prediction } from '@contract/recognition';
import { request } from '../bridge';
import type { Content, Drawing } from './drawing.svelte';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';

/** The minimum interval between readings of a drawing while a network trains, in milliseconds. */
const refreshInterval = 250;

interface Answered {
  content: Content;
  prediction: Prediction;
}

/** Requests the reading of the drawing. The newest drawing is always answered last. */
export class Recognition {
  readonly #drawing: Drawing;
  readonly #problems: Problems;
  readonly #onanswer: () => void;
  #answered = $state.raw<Answered | null>(null);
  #refreshing = false;
  /** The index of the digit that the person picked from several. */
  #picked = $state.raw<number | null>(null);

  /** @param onanswer called when the answer changes */
  constructor(drawing: Drawing, problems: Problems, onanswer: () => void) {
    this.#drawing = drawing;
    this.#problems = problems;
    this.#onanswer = onanswer;
  }

  /** null if nothing is drawn or there is no answer yet. */
  get answer(): Prediction | null {
    return this.#answered?.prediction ?? null;
  }

  /** The index of the answer's part that is shown instead of the whole, or null. */
  get picked(): number | null {
    return this.#picked;
  }

  /** The answer, or the picked one of several digits. */
  get shown(): Prediction | null {
    const { answer } = this;
    const part = answer?.parts[this.#picked ?? -1];
    return answer && part ? { ...answer, ...part, reason: null } : answer;
  }

  /** Shows one of several digits, or all of them again if it is already shown. */
  pick(part: number): void {
    this.#picked = this.#picked === part ? null : part;
    this.#onanswer();
  }

  /** Call it when the drawing has changed. A digit that was picked from several is no longer. */
  ask(): void {
    this.#picked = null;
    this.#readAgain();
  }

  readonly #readAgain = newestOnly(() => this.#answerNewest());

  /** Call it when the network has changed. Requests nothing while the window is hidden. */
  askAgainSoon(): void {
    if (this.#drawing.isEmpty || this.#refreshing) return;
    this.#refreshing = true;
    const refresh = () => {
      this.#refreshing = false;
      this.#readAgain();
    };
    setTimeout(() => requestAnimationFrame(refresh), refreshInterval);
  }

  /** The answer for a drawing that is or was on the pad. @throws RequestError */
  async read(content: Content): Promise<Prediction> {
    return this.#answered?.content === content ? this.#answered.prediction : recognize(content);
  }

  async #answerNewest(): Promise<void> {
    try {
      const { content, isEmpty } = this.#drawing;
      const answered = isEmpty ? null : { content, prediction: await recognize(content) };
      // The drawing may have been cleared meanwhile.
      this.#answered = this.#drawing.isEmpty ? null : answered;
      this.#onanswer();
    } catch (error) {
      this.#problems.reportError(error);
    }
  }
}

function recognize({ strokes, picture }: Content): Promise<Prediction> {
  return picture === null ? request('recognize', { strokes }) : request('recognizeImage', picture.grey);
}
