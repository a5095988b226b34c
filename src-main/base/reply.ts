/** Errors cross boundaries (the engine's thread, the window) as values. */
import type { Reply } from '@contract/contract';
import { problemFrom } from './errors';

export const ok = <T>(value: T): Reply<T> => ({ ok: true, value });

export const refusal = (code: string, message: string): Reply<never> => ({ ok: false, code, message });

/** Carries out `action` and returns what it returns or throws as a value. */
export async function replyOf<T>(action: () => T | Promise<T>): Promise<Reply<T>> {
  try {
    return ok(await action());
  } catch (error) {
    return { ok: false, ...problemFrom(error) };
  }
}
