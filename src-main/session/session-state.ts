import type { Problem } from '@contract/contract';
import type { RunState } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';
import type { OpenWeights } from './open-weights';
import type { OpenRun } from './open-run';

/** What a session has open, and how it stands. The session alone changes it; what answers and what tells only look. */
export interface SessionState {
  /** The checkpoint folder; null while none is chosen. */
  store: CheckpointStore | null;
  run: OpenRun | null;
  /** Open instead of a run; the next run begins from them. */
  weights: OpenWeights | null;
  state: RunState;
  problem: Problem | null;
}
