import type { RunView } from '@contract/contract';
import { emptyHistory } from '../training/trainer';
import { logOf } from './log-lines';
import type { SessionState } from './session-state';

/** The number of newest log lines that the window receives; older lines follow from the history. */
const MAX_LOG_LINES = 1000;

/** The shown run as the window receives it. */
export function runViewOf({ store, runs, weights, problem }: Readonly<SessionState>): RunView {
  const folder = store?.folder ?? null;
  const run = runs.shown;
  if (!run) {
    const none = { run: null, olderCheckpoint: null, begunFrom: null, config: null, device: null, progress: null };
    return {
      folder,
      state: 'idle',
      problem,
      ...none,
      history: emptyHistory(),
      testTotal: 0,
      isLesson: false,
      data: null,
      log: weights?.log ?? [],
    };
  }
  const { config, history, data } = run.trainer;
  const testTotal = data.test.count;
  return {
    folder,
    state: run.state,
    run: run.name,
    olderCheckpoint: run.olderCheckpoint,
    begunFrom: run.begunFrom,
    config,
    device: run.trainedOn,
    progress: run.progress,
    history: structuredClone(history),
    testTotal,
    isLesson: data.lesson !== undefined,
    data: { name: data.name, trainCount: data.train.count },
    log: logOf(history, config, data.train.count, testTotal).slice(-MAX_LOG_LINES),
    problem: run.problem,
  };
}
