import type { Action } from './action';

/** Something that worked, said for a few seconds. */
export interface Message {
  text: string;
  /** What can be done with it; null for nothing. */
  way: { label: string; action: Action; testid: string } | null;
}

/** What is said to have worked. The window shows each new one over its content. */
export class Messages {
  #newest = $state.raw<Message | null>(null);

  get newest(): Message | null {
    return this.#newest;
  }

  say(text: string, way: Message['way'] = null): void {
    this.#newest = { text, way };
  }
}
