import type { Action } from './action';

/** A message about a success, shown for a few seconds. */
export interface Message {
  text: string;
  /** A related action, or null. */
  way: { label: string; action: Action; testid: string } | null;
}

/** Messages about successes. The window shows each new one over its content. */
export class Messages {
  #newest = $state.raw<Message | null>(null);

  get newest(): Message | null {
    return this.#newest;
  }

  say(text: string, way: Message['way'] = null): void {
    this.#newest = { text, way };
  }
}
