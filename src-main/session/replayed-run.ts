import { isTraining } from '@contract/commands';
import type { CheckpointName, StepOfRun } from '@contract/schemas';
import type { ReplayedRun } from '../analysis/replay';
import { UserError } from '../base/errors';
import { stepOf } from '../checkpoints/checkpoint-entry';
import type { OpenRun } from './open-run';
import type { SessionState } from './session-state';

/** @throws UserError `not-now` if the run is not shown or has not reached the step */
export function requireShown({ runs }: Readonly<SessionState>, { run: name, step }: StepOfRun): OpenRun {
  const run = runs.shown;
  if (run?.name !== name) throw new UserError('not-now', `${name} is not shown. Choose it from the list.`);
  if (step <= run.trainer.step) return run;
  throw new UserError(
    'not-now',
    `${name} has not reached step ${step.toLocaleString('en')} yet. Choose an earlier step.`,
  );
}

/**
 * Reads a checkpoint. If the shown run is being trained, it may have removed the checkpoint since a person saw it in a list.
 * What it had learned then is computed again instead.
 * @throws the error of `read`, or that of `compute`
 */
export async function orComputed<T>(
  { runs: { shown } }: Readonly<SessionState>,
  { run, name }: CheckpointName,
  read: () => Promise<T>,
  compute: (step: StepOfRun) => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const step = stepOf(name);
    const isGone = error instanceof UserError && error.code === 'checkpoint-gone';
    const mayHaveRemovedIt = shown?.name === run && isTraining(shown.state) && step <= shown.trainer.step;
    if (!isGone || !mayHaveRemovedIt) throw error;
    return compute({ run, step });
  }
}

export function replayedRun({ identity, trainer }: OpenRun): ReplayedRun {
  const { name: run, id: runId, origin } = identity;
  const { config, data } = trainer;
  return { run, runId, config, data, beganFromSeed: origin === null };
}
