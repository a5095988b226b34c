import type { Queue, RunSummary } from '@contract/contract';
import type { TrialPart } from '@contract/queue';

/** A trial and its progress. */
export interface TrialSummary {
  part: TrialPart;
  /** The number of its runs that are finished. */
  finished: number;
  inAll: number;
}

/** The trials of the checkpoint folder that have a run, started or waiting; newest first. */
export function trialsOf(runs: readonly RunSummary[], { waiting }: Queue): TrialSummary[] {
  const trials = new Map<string, TrialSummary>();
  const note = (part: TrialPart | null, isFinished: boolean) => {
    if (part === null) return;
    const known = trials.get(part.id) ?? { part, finished: 0, inAll: 2 * part.seeds };
    trials.set(part.id, { ...known, finished: known.finished + (isFinished ? 1 : 0) });
  };
  // The last in the queue was added last.
  for (const { trial } of waiting.toReversed()) note(trial, false);
  for (const { trial, finished } of runs) note(trial, finished);
  return [...trials.values()];
}
