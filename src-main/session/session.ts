/** One run at a time: the commands that change what is open, and the one training loop. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type RunCommand, isUnsaved, moreEpochsRefusal, refusalOf } from '@contract/commands';
import type { Device, Problem, RunView } from '@contract/contract';
import { type RunConfig, type RunState, defaultConfig } from '@contract/schemas';
import { SerialQueue } from '../base/async';
import { UserError, problemFrom } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import type { WeightsFile } from '../exchange/weights-file';
import type { Network } from '../network/network';
import type { BundledModel } from '../recognition/bundled-model';
import { evaluateInTurns } from '../training/evaluate';
import { trainingProblem } from '../training/training-errors';
import { ActiveModel } from './active-model';
import { historyCsv } from './history-csv';
import { ModelResults } from './model-results';
import type { OpenRun } from './open-run';
import { OpenWeights } from './open-weights';
import { RunFactory } from './run-factory';
import { type Emit, SessionEvents } from './session-events';
import type { SessionState } from './session-state';
import { trainInTurns } from './training-loop';

/**
 * Commands are carried out one after the other, each if the table of commands allows it when its turn comes; if not,
 * they throw UserError `not-now` with the reason. Only `pause` does not wait for its turn.
 */
export class Session {
  readonly #state: SessionState = { store: null, run: null, weights: null, runState: 'idle', problem: null };
  readonly activeModel: ActiveModel;
  readonly events: SessionEvents;
  readonly results: ModelResults;
  readonly #factory: RunFactory;
  readonly #commands = new SerialQueue();
  /** The training loop; there is one exactly while the state is `running` or `pausing`. */
  #training: Promise<void> | null = null;
  #pauseRequested = false;

  constructor(
    private readonly device: Device,
    private readonly data: MnistDataset,
    bundled: BundledModel | null,
    emit: Emit,
    /** Called after each test of the run that trains. */
    private readonly afterTest: (network: Network, run: string, epoch: number) => void = () => undefined,
  ) {
    this.activeModel = new ActiveModel(this.#state, bundled, data.test.count);
    this.results = new ModelResults(this.activeModel, bundled, data);
    this.events = new SessionEvents(this.#state, this.activeModel, data, emit);
    this.#factory = new RunFactory(device, data, () => this.events.checkpointWritten());
  }

  /** The checkpoint folder; null until one is chosen. */
  get store(): CheckpointStore | null {
    return this.#state.store;
  }

  /** The weights file that is open; null when none is. */
  get openedWeights(): WeightsFile | null {
    return this.#state.weights?.content ?? null;
  }

  /** Seconds spent in the open run's training steps since it began, without tests. */
  get secondsTraining(): number {
    return this.#requireRun().secondsTraining;
  }

  /** The open run's history as CSV. */
  get historyCsv(): string {
    const { name, trainer } = this.#requireRun();
    return historyCsv({ name, config: trainer.config, history: trainer.history }, this.data);
  }

  // --- folders, runs and weights ------------------------------------------------------------------

  /**
   * Changes to another checkpoint folder and opens a run of it. A run that could not be written to the old folder is
   * written to the new one instead, and open weights stay open.
   * @param shown the run to open; the newest where there is no such run, or none is named
   */
  useFolder(store: CheckpointStore, shown: string | null = null): Promise<void> {
    return this.#command('chooseFolder', async () => {
      const { run, weights } = this.#state;
      if (run && isUnsaved(this.#state)) await this.#moveTo(store, run);
      else if (weights) this.#state.store = store;
      else {
        this.#close();
        this.#state.store = store;
        await this.#openShownRun(shown);
      }
      await this.events.sendAll();
    });
  }

  /** Changes to another checkpoint folder without opening a run of it. */
  useStore(store: CheckpointStore): Promise<void> {
    return this.#command('chooseFolder', () => {
      this.#close();
      this.#state.store = store;
    });
  }

  /**
   * Opens weights instead of a run: they read drawings, and the next run begins from them. They are tested on the whole
   * test set; the reply does not wait for that.
   */
  openWeights(file: WeightsFile): Promise<void> {
    return this.#command('openWeights', async () => {
      await this.#requireSaved();
      this.#close();
      const weights = new OpenWeights(file);
      this.#state.weights = weights;
      await this.events.sendAll();
      void this.#testWeights(weights);
    });
  }

  /** Opens a run at its newest intact checkpoint. */
  openRun(name: string): Promise<void> {
    return this.#command('openRun', async () => {
      await this.#openRun(name);
      await this.events.sendAll();
    });
  }

  /**
   * Opens a run whose training was cut off, as failed.
   * @param reason what cut it off, as a sentence
   */
  openInterrupted(name: string, reason: string): Promise<void> {
    return this.#command('openRun', async () => {
      if (this.#state.run?.name !== name) await this.#openRun(name);
      const { trainer } = this.#requireRun();
      if (!trainer.finished) this.#state.runState = 'failed';
      const wayOn = trainer.finished ? '' : ' Resume goes on from there.';
      const message = `${reason} The newest checkpoint of ${name} is that of step ${trainer.step}.${wayOn}`;
      this.#state.problem = { code: 'engine-died', message };
      await this.events.sendAll();
    });
  }

  /**
   * Opens a run at one of its checkpoints. If that is not the newest, `resume` and `addEpochs` make a new run of it, and
   * the old run keeps its later checkpoints.
   */
  openCheckpoint(run: string, name: string): Promise<void> {
    return this.#command('openCheckpoint', async () => {
      const store = this.#requireStore();
      const summary = (await store.runs()).find((candidate) => candidate.run === run);
      if (summary?.checkpoints[0]?.name === name) await this.#openRun(run);
      else {
        await this.#requireSaved();
        const checkpoint = await this.#factory.read(store, run, name);
        // Not locked: nothing is written to this run.
        this.#show(this.#factory.open(store, run, null, checkpoint));
        this.#state.run!.olderCheckpoint = name;
        const { historyProblem } = checkpoint;
        if (historyProblem !== null) this.#state.problem = { code: 'checkpoint-damaged', message: historyProblem };
      }
      await this.events.sendAll();
    });
  }

  /**
   * Closes a run whose folder is about to be removed.
   * @returns whether it was open
   * @throws UserError `run-held` when another process has it open
   */
  releaseRun(name: string): Promise<boolean> {
    return this.#commands.add(async () => {
      const isOpen = this.#state.run?.name === name;
      if (isOpen) this.requireAllowed('removeRun');
      if (!isOpen || !this.#state.run?.identity.lock) this.#requireStore().hold(name).release();
      if (!isOpen) return false;
      this.#close();
      await this.events.sendAll();
      return true;
    });
  }

  // --- training -----------------------------------------------------------------------------------

  /**
   * Begins a new run, from the open weights if there are any.
   * @param name the run's; by default the first free one of run-1, run-2, ...
   * @throws UserError `run-exists`
   */
  start(config: RunConfig, name?: string, stopAfterSteps?: number): Promise<void> {
    return this.#command('start', async () => {
      const store = this.#requireStore();
      await this.#requireSaved();
      if (name !== undefined && (await store.runs()).some(({ run }) => run === name)) {
        throw new UserError(
          'run-exists',
          `${join(store.folder, name)} exists already. Resume it, or choose another name.`,
        );
      }
      const { run, lock } = await store.create(name);
      const from = this.openedWeights;
      this.#close();
      this.#state.run = this.#factory.begin(store, run, lock, config, from);
      this.#train(stopAfterSteps);
    });
  }

  /** Continues the open run; a failed one from its newest checkpoint. */
  resume(stopAfterSteps?: number): Promise<void> {
    return this.#command('resume', async () => {
      const run = this.#requireRun();
      if (this.#state.runState === 'failed') await this.#openRun(run.name);
      await this.#branchFromOlder();
      this.#train(stopAfterSteps);
    });
  }

  /** Gives the open run so many more epochs and continues it. @throws UserError `too-many-epochs` */
  addEpochs(epochs: number, stopAfterSteps?: number): Promise<void> {
    return this.#command('addEpochs', async () => {
      const { name, trainer } = this.#requireRun();
      const refusal = moreEpochsRefusal(name, trainer.config.epochs, epochs);
      if (refusal !== null) throw new UserError('too-many-epochs', refusal);
      await this.#branchFromOlder();
      trainer.addEpochs(epochs);
      this.#train(stopAfterSteps);
    });
  }

  /**
   * Pauses at the end of the present step, and resolves when its checkpoint is on the disk. Does nothing when nothing is
   * being trained.
   */
  async pause(): Promise<void> {
    if (this.#state.runState === 'running') {
      this.#pauseRequested = true;
      this.#enter('pausing');
    }
    await this.#training;
  }

  /** Closes an unsaved run. What was saved of it stays on the disk, the rest is lost. */
  discard(): Promise<void> {
    return this.#command('discard', async () => {
      this.#close();
      await this.events.sendAll();
    });
  }

  /** Pauses, and closes the run. It stays on the disk, and on the screen until another is opened. */
  stop(): Promise<void> {
    return this.#command('stop', () => this.#stop());
  }

  /** Resolves when nothing is being trained any more: the run is finished, paused or failed. */
  async settled(): Promise<RunView> {
    await this.#training;
    return this.events.view;
  }

  /**
   * Pauses, and tries again to save what could not be saved. Allowed in every state.
   * @returns why the open run cannot be saved; null when all of it is on the disk, and it is closed
   */
  close(): Promise<Problem | null> {
    return this.#commands.add(async () => {
      const problem = await this.#pauseAndSave();
      if (!problem) this.#state.run?.unlock();
      return problem;
    });
  }

  /** Saves and closes what is open, so that another session on other data can take over. */
  end(): Promise<void> {
    return this.#command('changeData', async () => {
      await this.#requireSaved();
      this.#close();
    });
  }

  /** Frees the tensors of what is open, and unlocks the run. */
  dispose(): void {
    this.#close();
  }

  /** @throws UserError `not-now` with the reason when the open run's state does not allow the command */
  requireAllowed(command: RunCommand): void {
    const { run, runState: state, problem } = this.#state;
    const refusal = refusalOf(command, { state, run: run?.name ?? null, problem });
    if (refusal !== null) throw new UserError('not-now', refusal);
  }

  /** Carries out a command when those before it have ended, if it is allowed then. */
  #command<T>(command: RunCommand, action: () => T | Promise<T>): Promise<T> {
    return this.#commands.add(() => {
      this.requireAllowed(command);
      return action();
    });
  }

  // --- the one training loop ----------------------------------------------------------------------

  #train(stopAfterSteps = Infinity): void {
    const run = this.#requireRun();
    run.identity.lock ??= this.#requireStore().hold(run.name);
    this.#pauseRequested = false;
    this.#state.problem = null;
    this.#enter('running');
    this.#training = this.#trainAndRest(run, stopAfterSteps);
  }

  async #trainAndRest(run: OpenRun, stopAfterSteps: number): Promise<void> {
    let failure: unknown = null;
    try {
      await this.#restoreFolder(run);
      await trainInTurns(run, {
        device: this.device,
        data: this.data,
        stopAfterSteps,
        isPauseRequested: () => this.#pauseRequested,
        onTrain: (report) => this.events.addTrain(report),
        onTest: (report) => {
          this.events.addTest(report);
          this.afterTest(run.trainer.network, run.name, report.epoch);
        },
        onProgress: () => this.events.progressed(),
      });
      await run.finishSave();
    } catch (error) {
      failure = error;
    }
    // In the same turn as the state: from now on another loop may begin.
    this.#training = null;
    this.#rest(run, failure);
    void this.events.sendAll();
  }

  /**
   * Makes the run's folder again where it is gone: the checkpoint folder may have come back empty, or with another run
   * of this name in it. Only before training, which a person asks for: while a disk is unplugged nothing must be written
   * where it was.
   * @throws UserError `checkpoint-not-written`
   */
  async #restoreFolder(run: OpenRun): Promise<void> {
    if (run.identity.lock?.isHeld()) return;
    // Even when its folder cannot be made again: the run is nowhere but in memory, and must not be closed as saved.
    run.markUnsaved();
    const store = this.#requireStore();
    try {
      store.forget(run.name);
      const found = await store.readNewest(run.name).catch(() => null);
      const { runId, step } = found?.checkpoint.state ?? { runId: run.identity.id, step: 0 };
      const isAnother = runId !== run.identity.id || step > run.trainer.step;
      const { run: name, lock } = await store.create(isAnother ? undefined : run.name);
      run.moveTo({ name, lock }, this.#factory.writerFor(store));
    } catch (error) {
      throw new UserError(
        'checkpoint-not-written',
        `${run.name} is kept in memory, because it could not be saved. ${problemFrom(error).message}`,
        { cause: error },
      );
    }
  }

  /** Tries again to save a run that rests. */
  async #save(run: OpenRun): Promise<void> {
    let failure: unknown = null;
    await run.finishSave().catch((error: unknown) => (failure = error));
    this.#rest(run, failure);
  }

  /** Enters the state of a run that is no longer trained. A run that could not be saved stays in memory, paused. */
  #rest(run: OpenRun, failure: unknown): void {
    this.#state.problem = failure === null ? null : trainingProblem(failure, run.trainer.config);
    if (failure === null) this.#state.runState = run.trainer.finished ? 'finished' : 'paused';
    else this.#state.runState = isUnsaved(this.#state) ? 'paused' : 'failed';
  }

  #enter(state: RunState): void {
    this.#state.runState = state;
    this.events.sendRun();
  }

  /** Tests open weights, unless they are closed meanwhile. */
  async #testWeights(weights: OpenWeights): Promise<void> {
    const isOpen = () => this.#state.weights === weights;
    try {
      const evaluation = await evaluateInTurns(weights.network, this.data.test, defaultConfig.testBatchSize, isOpen);
      if (!evaluation) return;
      if (!Number.isFinite(evaluation.loss))
        throw new Error('its test loss is not a number. Its weights are too large.');
      weights.evaluation = evaluation;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#state.problem = {
        code: 'test-failed',
        message: `${weights.model.name} could not be tested: ${reason}`,
      };
    }
    await this.events.sendAll();
  }

  // --- opening and closing ------------------------------------------------------------------------

  async #openRun(name: string): Promise<void> {
    const store = this.#requireStore();
    await this.#requireSaved();
    // A failed run stays locked while it is read anew.
    const { run } = this.#state;
    const kept = run?.name === name ? run.identity.lock : null;
    const lock = kept ?? store.hold(name);
    const { checkpoint, passedOver } = await this.#factory.readNewest(store, name).catch((error: unknown) => {
      if (!kept) lock.release();
      throw error;
    });
    if (kept) run!.identity.lock = null;
    this.#show(this.#factory.open(store, name, lock, checkpoint));
    const words = [...passedOver];
    if (passedOver.length > 0) {
      words.push(`The newest intact checkpoint, that of step ${checkpoint.state.step}, is used instead.`);
    }
    if (checkpoint.historyProblem !== null) words.push(checkpoint.historyProblem);
    if (words.length > 0) this.#state.problem = { code: 'checkpoint-damaged', message: words.join(' ') };
  }

  /** Opens the run that was shown last, else the newest. One on other data is left alone. */
  async #openShownRun(shown: string | null): Promise<void> {
    const runs = await this.events.runs();
    const summary = runs.find(({ run }) => run === shown) ?? runs[0];
    if (!summary) return;
    await this.#openRun(summary.run).catch((error: unknown) => {
      const problem = problemFrom(error);
      if (problem.code !== 'other-data') this.#state.problem = problem;
    });
  }

  /** Shows a run as it is on the disk, instead of what was open. */
  #show(run: OpenRun): void {
    this.#close();
    this.#state.run = run;
    this.#state.runState = run.trainer.finished ? 'finished' : 'paused';
  }

  /** Makes a new run of an older checkpoint that is open. */
  async #branchFromOlder(): Promise<void> {
    const run = this.#requireRun();
    if (run.olderCheckpoint === null) return;
    const store = this.#requireStore();
    const { run: name, lock } = await store.create();
    run.begunFrom = { run: run.name, step: run.trainer.step };
    run.olderCheckpoint = null;
    run.moveTo({ name, id: randomUUID(), lock }, this.#factory.writerFor(store));
    this.events.sendModel();
  }

  /** Saves the open run to another folder, under another name if there is a run of its name. */
  async #moveTo(store: CheckpointStore, run: OpenRun): Promise<void> {
    const isTaken = (await store.runs()).some((other) => other.run === run.name);
    const { run: name, lock } = await store.create(isTaken ? undefined : run.name);
    this.#state.store = store;
    run.moveTo({ name, lock }, this.#factory.writerFor(store));
    await this.#save(run);
  }

  async #stop(): Promise<void> {
    await this.pause();
    await this.#requireSaved();
    this.#state.run?.unlock();
    this.#state.problem = null;
    this.#enter('idle');
    await this.events.sendAll();
  }

  #close(): void {
    this.#state.run?.dispose();
    this.#state.run = null;
    this.#state.weights?.dispose();
    this.#state.weights = null;
    this.#state.runState = 'idle';
    this.#state.problem = null;
    this.events.dropReports();
  }

  /** @returns why the open run cannot be saved; null when all of it is on the disk */
  async #pauseAndSave(): Promise<Problem | null> {
    await this.pause();
    const { run } = this.#state;
    if (run && isUnsaved(this.#state)) await this.#save(run);
    return isUnsaved(this.#state) ? this.#state.problem : null;
  }

  /** Saves the open run before it is closed. @throws UserError `checkpoint-not-written` when that fails */
  async #requireSaved(): Promise<void> {
    const problem = await this.#pauseAndSave();
    if (!problem) return;
    const { name } = this.#requireRun();
    throw new UserError(problem.code, `${name} was not closed because it is not saved. ${problem.message}`);
  }

  #requireRun(): OpenRun {
    if (!this.#state.run) throw new UserError('not-now', 'No run is open. Start one, or open one from the list.');
    return this.#state.run;
  }

  #requireStore(): CheckpointStore {
    if (!this.#state.store) throw new UserError('no-folder', 'Choose a folder for checkpoints first.');
    return this.#state.store;
  }
}
