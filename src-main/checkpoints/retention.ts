/** Decides which checkpoints of a run are kept. Pure functions that touch no files. */
import type { CheckpointEntry } from './checkpoint-entry';

/** In addition to the best one and the last of each epoch. */
const NEWEST_KEPT = 3;

/**
 * Returns the names of the checkpoints to remove: all but the newest three, the best, the last of each epoch, and those
 * in `needed`.
 * @param checkpoints of one run, in any order
 */
export function obsoleteOf(checkpoints: readonly CheckpointEntry[], needed: ReadonlySet<string>): string[] {
  const newestFirst = checkpoints.toSorted(byStepDown);
  const best = bestOf(newestFirst);
  return newestFirst
    .slice(NEWEST_KEPT)
    .filter((entry) => entry !== best && !entry.epochEnd && !needed.has(entry.name))
    .map(({ name }) => name);
}

/** @returns the checkpoint with the best test accuracy, the newest in a tie; null if none was tested */
export function bestOf(newestFirst: readonly CheckpointEntry[]): CheckpointEntry | null {
  let best: CheckpointEntry | null = null;
  for (const entry of newestFirst) {
    if (entry.ownAccuracy !== null && entry.ownAccuracy > (best?.ownAccuracy ?? -1)) best = entry;
  }
  return best;
}

/** The newest first. */
export function byStepDown(a: CheckpointEntry, b: CheckpointEntry): number {
  return b.step - a.step;
}
