import type { RunStatus } from '@contract/commands';
import type { Problem } from '@contract/contract';
import { noFolderError } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { OpenRun } from './open-run';
import type { OpenRuns } from './open-runs';
import type { OpenWeights } from './open-weights';
import type { RunQueue } from './run-queue';

/** The open runs and weights, and which of them are shown and trained. */
export interface SessionState {
  /** The checkpoint folder; null until one is chosen. */
  store: CheckpointStore | null;
  readonly runs: OpenRuns;
  /** Shown instead of a run; the next run starts from them. */
  weights: OpenWeights | null;
  /** The run that is or was last trained; it may have been closed since. */
  trained: OpenRun | null;
  /** The waiting runs. */
  readonly queue: RunQueue;
  /** What went wrong while no run is shown. */
  problem: Problem | null;
}

/** The part of the state that the table of commands depends on. */
export function statusOf({ runs, trained, queue }: Readonly<SessionState>): RunStatus {
  const { state = 'idle', name: run = null, problem = null } = runs.shown ?? {};
  return { state, run, problem, trained: trained && { run: trained.name, state: trained.state }, waiting: queue.size };
}

/** @throws UserError `no-folder` before a checkpoint folder is chosen */
export function requireStore({ store }: { readonly store: CheckpointStore | null }): CheckpointStore {
  if (!store) throw noFolderError();
  return store;
}
