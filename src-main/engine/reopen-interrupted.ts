import { UserError } from '../base/errors';
import type { Session } from '../session/session';
import type { Interrupted } from './protocol';

/**
 * Shows the run that was being trained when the engine's thread ended.
 * @throws UserError `engine-died` unless a run reports it
 */
export async function reopenInterrupted(session: Session, { run, reason }: Interrupted): Promise<void> {
  const words = `The training engine stopped unexpectedly (${reason}) and was started again.`;
  if (session.store !== null && run !== null) await session.openInterrupted(run, words);
  else throw new UserError('engine-died', words);
}
