/** The article's loop: test, train an epoch, test and so on, with checkpoints in between. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Device, TestReport, TrainReport } from '@contract/contract';
import type { SerialQueue } from '../base/async';
import { evaluateInTurns } from '../training/evaluate';
import { requireMemory } from '../training/memory';
import type { Calibrations } from './calibrations';
import type { OpenRun } from './open-run';

/** Between two steps, the loop waits at most this many milliseconds for commands. */
const MAX_WAIT = 20;

export interface LoopOptions {
  device: Device;
  calibrations: Calibrations;
  /** The loop ends after at most this many steps. */
  stopAfterSteps: number;
  isPauseRequested: () => boolean;
  /** Waited for between two steps, for a moment. */
  commands: Pick<SerialQueue, 'size' | 'idle'>;
  /** Called for each reported training loss. */
  onTrain: (report: TrainReport) => void;
  /** Called after each test. */
  onTest: (report: TestReport) => void;
  /** Called after each step and each test. */
  onProgress: () => void;
}

/**
 * Trains a run until it is finished, a pause is requested, or `stopAfterSteps` steps are done. A checkpoint is on disk
 * before the first step; the steps since the last one are not saved yet when the loop ends.
 * @throws UserError `checkpoint-not-written`, `diverged`, `out-of-memory`; an Error of TensorFlow
 */
export async function trainInTurns(run: OpenRun, options: LoopOptions): Promise<void> {
  const { trainer } = run;
  const { isPauseRequested, commands } = options;
  const lastStep = trainer.step + options.stopAfterSteps;
  // Resume needs a checkpoint to return to, and an unsaved run must be saved before it continues.
  await run.finishSave();
  requireMemory(options.device, trainer.batchesAhead);
  run.keepSnapshot();
  while (!trainer.finished && !isPauseRequested() && trainer.step < lastStep) {
    if (trainer.testDue) await test(run, options);
    else {
      const report = run.step();
      if (report) options.onTrain(report);
      if (run.snapshotDue) run.keepSnapshot();
    }
    if (run.checkpointDue) await run.save();
    options.onProgress();
    // Lets requests in: a pause, a drawing.
    await setImmediate();
    // A command may wait for many files, one after the other. Each would take it a step, which is long for large batches.
    if (commands.size > 0) await Promise.race([commands.idle(), setTimeout(MAX_WAIT)]);
  }
}

/** Tests on the whole test set, and calibrates. A pause discards the test, which is repeated on resume. */
async function test(run: OpenRun, { calibrations, isPauseRequested, onTest }: LoopOptions): Promise<void> {
  const { network, config, data } = run.trainer;
  const isWanted = () => !isPauseRequested();
  const began = performance.now();
  const evaluation = await evaluateInTurns(network, data.test, config.testBatchSize, isWanted);
  if (evaluation === null) return;
  await calibrations.duringTraining(network, run.trainer.step, isWanted);
  onTest(run.recordTest(evaluation, (performance.now() - began) / 1000));
}
