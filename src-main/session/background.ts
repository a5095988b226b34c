import { setImmediate, setTimeout } from 'node:timers/promises';
import { isTraining } from '@contract/commands';
import type { SessionState } from './session-state';

/** While a run is trained, work in the background takes at most this share of the time. */
const MAX_SHARE = 0.02;
/** The same for work that a person waits for. */
export const MAX_SHARE_AWAITED = 0.25;

/**
 * Does work in the background: requests go before each of its turns, and training before nearly all.
 * @param work yields after each turn of a few milliseconds how much is done, 0 to 1
 * @param isWanted asked before each turn
 * @param onProgress called after each turn
 * @param maxShare the share of the time that it may take while a run is trained
 * @returns null when it is no longer wanted
 */
export async function inBackground<T>(
  work: Generator<number, T>,
  state: Pick<SessionState, 'trained'>,
  isWanted: () => boolean,
  onProgress: (done: number) => void = () => undefined,
  maxShare = MAX_SHARE,
): Promise<T | null> {
  for (;;) {
    const began = performance.now();
    const turn = work.next();
    if (turn.done) return turn.value;
    onProgress(turn.value);
    const took = performance.now() - began;
    const isTrained = state.trained !== null && isTraining(state.trained.state);
    await (isTrained ? setTimeout(took / maxShare) : setImmediate());
    if (isWanted()) continue;
    // Frees what it holds.
    work.return(null as T);
    return null;
  }
}
