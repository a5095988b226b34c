import type { Prediction } from '@contract/recognition';
import type { Content } from './drawing.svelte';

const maxLength = 18;

export interface LastDrawing {
  content: Content;
  /** The answer when it left the pad. */
  answer: Prediction;
}

/** The drawings that left the pad, newest first, kept until the window closes. */
export class LastDrawings {
  #list = $state.raw<LastDrawing[]>([]);

  get list(): LastDrawing[] {
    return this.#list;
  }

  /** Puts a drawing first, also if it is already in the list. */
  add(content: Content, answer: Prediction): void {
    const others = this.#list.filter((drawing) => drawing.content !== content);
    this.#list = [{ content, answer }, ...others].slice(0, maxLength);
  }
}
