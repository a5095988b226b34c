import type { Problem } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import { UserError } from '../errors';

/** What TensorFlow says when it finds no memory, on a processor and on a GPU. */
const OUT_OF_MEMORY = /OOM when allocating|RESOURCE_?EXHAUSTED|out of memory/i;

/** Why training stopped, in words, and what to do about it. */
export function problemOf(error: unknown, { batchSize }: RunConfig): Problem {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(reason)) {
    return {
      code: 'out-of-memory',
      message: `Training stopped: there is not enough memory for a batch of ${batchSize} images. Close other programs, and Resume continues from the newest checkpoint; or start a new run with a smaller batch size.`,
    };
  }
  return {
    code: 'training-failed',
    message: `Training stopped because of an error: ${reason.trim()}. Resume continues from the newest checkpoint.`,
  };
}
