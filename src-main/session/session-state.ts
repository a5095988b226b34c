import type { Problem } from '@contract/contract';
import type { RunState } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';
import type { OpenRun } from './open-run';
import type { OpenWeights } from './open-weights';

/** What is open, and what it is doing. Only Session writes it. */
export interface SessionState {
  /** The checkpoint folder; null until one is chosen. */
  store: CheckpointStore | null;
  run: OpenRun | null;
  /** Open instead of a run; the next run begins from them. */
  weights: OpenWeights | null;
  runState: RunState;
  /** Why the run failed, or was paused without being asked to. */
  problem: Problem | null;
}
