import type { Prediction } from '@contract/recognition';
import { request } from '../bridge';
import type { Content, Drawing } from './drawing.svelte';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';

/** While a network trains, a drawing is read again at most this often, in milliseconds. */
const refreshInterval = 250;

interface Answered {
  content: Content;
  prediction: Prediction;
}

/** Asks for the drawing to be read. The newest drawing is always answered last. */
export class Recognition {
  readonly #drawing: Drawing;
  readonly #problems: Problems;
  readonly #onanswer: () => void;
  #answered = $state.raw<Answered | null>(null);
  #refreshing = false;
  /** Which of several digits the person picked. */
  #picked = $state.raw<number | null>(null);

  /** @param onanswer called when the answer changes */
  constructor(drawing: Drawing, problems: Problems, onanswer: () => void) {
    this.#drawing = drawing;
    this.#problems = problems;
    this.#onanswer = onanswer;
  }

  /** null when nothing is drawn, or nothing answered yet. */
  get answer(): Prediction | null {
    return this.#answered?.prediction ?? null;
  }

  /** Which of the answer's parts is shown instead of the whole; null for none. */
  get picked(): number | null {
    return this.#picked;
  }

  /** The answer, or of several digits the one that was picked. */
  get shown(): Prediction | null {
    const { answer } = this;
    const part = answer?.parts[this.#picked ?? -1];
    return answer && part ? { ...answer, ...part, reason: null } : answer;
  }

  /** Shows one of several digits, or all of them again where it is shown already. */
  pick(part: number): void {
    this.#picked = this.#picked === part ? null : part;
    this.#onanswer();
  }

  /** The drawing changed. */
  readonly ask = newestOnly(() => this.#answerNewest());

  /** The network changed and may read the same drawing differently. Nothing is asked while the window is hidden. */
  askAgainSoon(): void {
    if (this.#drawing.isEmpty || this.#refreshing) return;
    this.#refreshing = true;
    const refresh = () => {
      this.#refreshing = false;
      this.ask();
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
      if (content !== this.#answered?.content) this.#picked = null;
      // It may have been cleared while the answer was on its way.
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
