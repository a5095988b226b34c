/** Errors cross boundaries (the engine thread, the window) as values. */
import type { Reply } from '@contract/contract';
import { problemFrom } from './errors';

export const ok = <T>(value: T): Reply<T> => ({ ok: true, value });

export const refusal = (code: string, message: string): Reply<never> => ({ ok: false, code, message });

/** Runs `action` and returns its result or its error as a value. */
export async function replyOf<T>(action: () => T | Promise<T>): Promise<Reply<T>> {
  try {
    return ok(await action());
  } catch (error) {
    return { ok: false, ...problemFrom(error) };
  }
}
