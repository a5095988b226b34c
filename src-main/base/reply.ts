import type { Reply } from '@contract/contract';
import { UserError } from './errors';

/** Carries out `action` and makes a value of what comes of it: errors cross boundaries as values. */
export async function replyOf<T>(action: () => T | Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await action() };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, code: error.code, message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, code: 'internal', message: `Something unexpected went wrong: ${message}` };
  }
}
