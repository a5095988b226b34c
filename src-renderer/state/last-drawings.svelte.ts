import type { Prediction } from '@contract/contract';
import type { Content } from './drawing.svelte';

const kept = 18;

export interface LastDrawing {
  content: Content;
  /** What it was read as when it left the pad. */
  answer: Prediction;
}

/** The drawings that were on the pad, newest first. They last as long as the window. */
export class LastDrawings {
  #list = $state.raw<LastDrawing[]>([]);

  get list(): LastDrawing[] {
    return this.#list;
  }

  /** Puts a drawing first; one that is there already moves. */
  add(content: Content, answer: Prediction): void {
    const others = this.#list.filter((drawing) => drawing.content !== content);
    this.#list = [{ content, answer }, ...others].slice(0, kept);
  }
}
