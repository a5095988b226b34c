import type { StepOfRun } from '@contract/schemas';
import type { ReplayedRun } from '../analysis/replay';
import { UserError } from '../base/errors';
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

export function replayedRun({ identity, trainer }: OpenRun): ReplayedRun {
  const { name: run, id: runId, origin } = identity;
  const { config, data } = trainer;
  return { run, runId, config, data, beganFromSeed: origin === null };
}
