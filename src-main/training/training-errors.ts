/** Explains why training stopped: what happened and what to do about it. */
import type { Problem } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import { UserError } from '../base/errors';

/** TensorFlow's messages when it runs out of memory, on a CPU and on a GPU. Status 1 is oneDNN's. */
const OUT_OF_MEMORY = /OOM when allocating|RESOURCE_?EXHAUSTED|out of memory|received an exception:Status:1,/i;

/** @param error the error that ended the training @param config the run's configuration */
export function trainingProblem(error: unknown, config: RunConfig): Problem {
  if (error instanceof UserError) return { code: error.code, message: error.message };
  const reason = error instanceof Error ? error.message : String(error);
  if (OUT_OF_MEMORY.test(reason)) {
    const { code, message } = outOfMemoryError(
      `there is not enough memory for a batch of ${config.batchSize.toLocaleString('en')} images`,
    );
    return { code, message };
  }
  return {
    code: 'training-failed',
    message: `Training stopped because of an error: ${reason.trim()}. Resume continues from the newest checkpoint.`,
  };
}

/**
 * The error for a run that needs more memory than there is.
 * @param lack what is missing, in words
 * @param setting the setting that saves memory when lowered
 */
export function outOfMemoryError(lack: string, setting = 'batch size'): UserError {
  return new UserError(
    'out-of-memory',
    `Training stopped: ${lack}. Close other programs, then resume from the newest checkpoint, or start a new run with a smaller ${setting}.`,
  );
}

/** The error for a run whose loss or weights are infinite or NaN after `step` steps. */
export function divergedError(step: number, { learningRate, momentum }: RunConfig): UserError {
  const orMomentum = momentum > 0.9 ? `, or a momentum below ${momentum}` : '';
  return new UserError(
    'diverged',
    `At step ${step.toLocaleString('en')} the loss was no longer a number. Start a new run with a learning rate below ${learningRate}${orMomentum}. Resume returns to the newest good checkpoint.`,
  );
}
