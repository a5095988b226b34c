import { setImmediate } from 'node:timers/promises';

/**
 * Makes of `write` one that is carried out once for all values that come in the same turn of the event loop, with the
 * newest of them.
 * @returns resolves when the value, or a newer one, is written
 */
export function writeNewest<T>(write: (value: T) => void): (value: T) => Promise<void> {
  let newest: T;
  let coming: Promise<void> | null = null;
  return (value) => {
    newest = value;
    coming ??= setImmediate().then(() => {
      coming = null;
      write(newest);
    });
    return coming;
  };
}
