import { setTimeout } from 'node:timers/promises';

/**
 * Makes of `write` one that is carried out at once, and then again after `pause` milliseconds at the earliest. Of the
 * values that come meanwhile only the newest is written.
 * @returns resolves when the value, or a newer one, is written
 */
export function paced<T>(write: (value: T) => void, pause: number): (value: T) => Promise<void> {
  let newest: T;
  let next: Promise<void> | null = null;
  let rest: Promise<unknown> = Promise.resolve();
  return (value) => {
    newest = value;
    next ??= rest.then(() => {
      next = null;
      rest = setTimeout(pause);
      write(newest);
    });
    return next;
  };
}
