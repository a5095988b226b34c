import { setImmediate, setTimeout } from 'node:timers/promises';
import { isTraining } from '@contract/commands';
import type { SessionState } from './session-state';

/** While a run is trained, work in the background takes at most this share of the time. */
const MAX_SHARE = 0.02;

/**
 * Does work in the background: requests go before each of its turns, and training before nearly all.
 * @param work yields after each turn of a few milliseconds how much is done, 0 to 1
 * @param isWanted asked before each turn
 * @returns null when it is no longer wanted
 */
export async function inBackground<T>(
  work: Generator<number, T>,
  state: Pick<SessionState, 'trained'>,
  isWanted: () => boolean,
  onProgress: (done: number) => void = () => undefined,
): Promise<T | null> {
  for (;;) {
    const began = performance.now();
    const turn = work.next();
    if (turn.done) return turn.value;
    onProgress(turn.value);
    const took = performance.now() - began;
    const isTrained = state.trained !== null && isTraining(state.trained.state);
    await (isTrained ? setTimeout(took / MAX_SHARE) : setImmediate());
    if (isWanted()) continue;
    // Frees what it holds.
    work.return(null as T);
    return null;
  }
}
