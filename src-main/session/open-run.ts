/** A run in memory: its state, trainer, checkpoints and speed. */
import { isUnsaved } from '@contract/commands';
import type { Problem, Progress, RunView, TestReport, TrainReport, TrainedRun } from '@contract/contract';
import type { RunState } from '@contract/schemas';
import type { RunLock } from '../checkpoints/lock';
import type { CheckpointWriter } from '../checkpoints/checkpoint-writer';
import type { Origin, StateContent, StateFile } from '../checkpoints/state-file';
import { divergedError, trainingProblem } from '../training/training-errors';
import type { Evaluation } from '../training/evaluate';
import { type Learned, PARAMETER_COUNT, split } from '../network/parameters';
import { Speed } from '../training/speed';
import type { Trainer } from '../training/trainer';

export interface RunIdentity {
  /** The name of its folder. */
  name: string;
  /** See `StateFile.runId`. */
  id: string;
  /** The weights file that it started from; null if its initial weights were drawn from the seed. */
  origin: Origin | null;
  /** null while the run is not trained and nothing is written. */
  lock: RunLock | null;
}

/** The data, program and device that a checkpoint was made with. */
export type Provenance = Pick<StateFile, 'dataset' | 'application' | 'device'>;

/** Between two snapshots: 47 batches of 64. To compute them again takes about as long as a person notices. */
const IMAGES_PER_SNAPSHOT = 3000;

/** Separates the devices that a run was trained on. */
const THEN = ', then ';

export class OpenRun {
  state: RunState;
  /** Why it failed, or why it was paused without being asked to. */
  problem: Problem | null = null;
  /** See `RunView`. */
  olderCheckpoint: string | null = null;
  begunFrom: RunView['begunFrom'] = null;
  /** The newest test since the run was opened, or null. */
  lastTest: { step: number; evaluation: Evaluation } | null = null;
  readonly #speed = new Speed();

  constructor(
    public identity: RunIdentity,
    readonly trainer: Trainer,
    private writer: CheckpointWriter,
    private readonly provenance: Provenance,
    /** Time spent in training steps since the run started, without tests. */
    public secondsTraining: number,
    /** See `RunView.device`. */
    public trainedOn: string | null,
  ) {
    this.state = restingState(trainer);
  }

  get name(): string {
    return this.identity.name;
  }

  /**
   * Trains one step.
   * @returns the loss if it is to be reported, else null
   * @throws UserError `diverged`
   */
  step(): TrainReport | null {
    const began = performance.now();
    const seenBefore = this.trainer.examplesSeen;
    const report = this.trainer.trainStep();
    const seconds = (performance.now() - began) / 1000;
    this.#speed.addStep(this.trainer.examplesSeen - seenBefore, seconds);
    this.secondsTraining += seconds;
    return report;
  }

  /** @throws UserError `diverged` */
  recordTest(evaluation: Evaluation, seconds: number): TestReport {
    this.#speed.addTest(seconds);
    const report = this.trainer.recordTest(evaluation);
    this.lastTest = { step: report.step, evaluation };
    return report;
  }

  get progress(): Progress {
    const running = this.state === 'running';
    const { step, stepsPerEpoch, totalSteps, examplesSeen, config, testDue, epoch } = this.trainer;
    const testsLeft = config.epochs - Math.floor(step / stepsPerEpoch) + (testDue ? 1 : 0);
    return {
      epoch: Math.max(1, epoch),
      epochs: config.epochs,
      step,
      stepsPerEpoch,
      totalSteps,
      examplesSeen,
      imagesPerSecond: running ? this.#speed.imagesPerSecond : null,
      secondsLeft: running ? this.#speed.secondsFor(totalSteps - step, testsLeft) : null,
      hint: this.trainer.hint,
    };
  }

  /** See `TrainedRun`. */
  get trainedView(): TrainedRun {
    const { name, state, progress, problem } = this;
    return { run: name, state, progress, problem };
  }

  /** Records that the run is trained on the current device from now on. */
  noteDevice(): void {
    const { device } = this.provenance;
    if (this.trainedOn === null) this.trainedOn = device;
    else if (this.trainedOn !== device && !this.trainedOn.endsWith(`${THEN}${device}`)) {
      this.trainedOn += `${THEN}${device}`;
    }
  }

  get checkpointDue(): boolean {
    const { testDue, step, stepsPerEpoch, config } = this.trainer;
    return !testDue && (step % config.checkpointInterval === 0 || step % stepsPerEpoch === 0);
  }

  /** Whether the current state is kept for the time machine: about twenty times in an epoch of MNIST. */
  get snapshotDue(): boolean {
    const { step, config } = this.trainer;
    return step % Math.max(1, Math.round(IMAGES_PER_SNAPSHOT / config.batchSize)) === 0;
  }

  /** See `CheckpointWriter.keepSnapshot`. Values that are not finite are not kept. */
  keepSnapshot(): void {
    const learned = this.#finiteLearned();
    const { name: run, id: runId } = this.identity;
    if (learned) this.writer.keepSnapshot({ run, runId, step: this.trainer.step }, learned);
  }

  /** See `CheckpointWriter.save`. */
  save(): Promise<void> {
    const { step, stepsPerEpoch } = this.trainer;
    return this.writer.save(this.#content, this.#learned(), step % stepsPerEpoch === 0);
  }

  /** See `CheckpointWriter.finish`. */
  finishSave(): Promise<void> {
    return this.writer.finish(this.#content, this.#learned());
  }

  /** Tries to save a run that is not being trained; see `rest`. */
  async trySave(): Promise<void> {
    let failure: unknown = null;
    await this.finishSave().catch((error: unknown) => (failure = error));
    this.rest(failure);
  }

  /**
   * Sets the state after training has ended. A run that could not be saved becomes paused and stays locked.
   * @param failure the error that ended training, or null
   */
  rest(failure: unknown): void {
    this.problem = failure === null ? null : trainingProblem(failure, this.trainer.config);
    if (isUnsaved(this)) this.state = 'paused';
    else {
      this.state = failure === null ? restingState(this.trainer) : 'failed';
      this.unlock();
    }
  }

  /** Records that the current state is on disk. */
  markSaved(): void {
    this.writer.markSaved(this.#content);
  }

  /** Records that its folder and checkpoints are gone. */
  markUnsaved(): void {
    this.writer.markUnsaved();
  }

  /** Changes the name or folder under which it is written from now on. */
  moveTo(identity: Partial<RunIdentity>, writer: CheckpointWriter): void {
    this.unlock();
    this.identity = { ...this.identity, ...identity };
    this.writer = writer;
  }

  /** Changes how it is written from now on, to the same folder; it stays locked. */
  useWriter(writer: CheckpointWriter): void {
    this.writer = writer;
  }

  /** Lets other processes write the run. */
  unlock(): void {
    this.identity.lock?.release();
    this.identity.lock = null;
  }

  /** Frees its tensors. */
  dispose(): void {
    this.unlock();
    this.trainer.dispose();
  }

  /** @throws UserError `diverged` if weights or momentum buffers are not finite; those are never saved */
  #learned(): Learned {
    const learned = this.#finiteLearned();
    if (learned === null) throw divergedError(this.trainer.step, this.trainer.config);
    return learned;
  }

  /** @returns null if weights or momentum buffers are not finite */
  #finiteLearned(): Learned | null {
    const weights = new Float32Array(PARAMETER_COUNT);
    const momentumBuffers = new Float32Array(PARAMETER_COUNT);
    const isFinite = this.trainer.network.copyTo(weights, momentumBuffers);
    return isFinite ? { weights: split(weights), momentumBuffers: split(momentumBuffers) } : null;
  }

  get #content(): StateContent {
    const { name, id, origin } = this.identity;
    const { step, epoch, examplesSeen, config, history } = this.trainer;
    return {
      run: name,
      runId: id,
      step,
      epoch,
      examplesSeen,
      config,
      history,
      ...(origin && { origin }),
      ...this.provenance,
      device: this.trainedOn ?? this.provenance.device,
      secondsTraining: this.secondsTraining,
      savedAt: new Date().toISOString(),
    };
  }
}

function restingState({ finished }: Trainer): RunState {
  return finished ? 'finished' : 'paused';
}
