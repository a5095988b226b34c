import type { Problem } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import { UserError } from '../base/errors';

/** What TensorFlow says when it finds no memory, on a processor and on a GPU; by its status 1, oneDNN found none. */
const OUT_OF_MEMORY = /OOM when allocating|RESOURCE_?EXHAUSTED|out of memory|received an exception:Status:1,/i;

/** Why training stopped, in words, and what to do about it. */
export function problemOf(error: unknown, config: RunConfig): Problem {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(reason)) {
    return problemOf(outOfMemory(`there is not enough memory for a batch of ${config.batchSize} images`), config);
  }
  return {
    code: 'training-failed',
    message: `Training stopped because of an error: ${reason.trim()}. Resume continues from the newest checkpoint.`,
  };
}

/**
 * What a run fails with for which there is too little memory.
 * @param lack what is missing, in words
 * @param setting the one that makes a run need less where it is smaller
 */
export function outOfMemory(lack: string, setting = 'batch size'): UserError {
  return new UserError(
    'out-of-memory',
    `Training stopped: ${lack}. Close other programs, and Resume continues from the newest checkpoint; or start a new run with a smaller ${setting}.`,
  );
}
