/** One run at a time: what may be done with it when, and the loop that carries it forward. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type RunCommand, refusalOf } from '@contract/commands';
import type { Device, Model, Prediction, Problem, RunSummary, RunView, Sample } from '@contract/contract';
import { type Drawing, type RunConfig, type RunState, defaultConfig } from '@contract/schemas';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import { UserError, problemFrom } from '../base/errors';
import { OpenWeights } from './open-weights';
import type { WeightsFile } from '../exchange/weights-file';
import type { BundledModel } from '../recognition/bundled-model';
import type { Picture } from '../recognition/picture';
import type { Reader } from '../recognition/recognize';
import { ActiveModel } from './active-model';
import { evaluateInTurns } from '../training/evaluate';
import { historyCsv } from './history-csv';
import { requireMemory } from '../training/memory';
import type { Network } from '../network/network';
import type { OpenRun } from './open-run';
import type { Weights } from '../network/parameters';
import { problemOf } from '../training/training-errors';
import type { Emit } from './reporter';
import { RunFactory } from './run-factory';
import type { SessionState } from './session-state';
import { SessionEvents } from './session-events';

export class Session {
  readonly #now: SessionState = { store: null, run: null, weights: null, state: 'idle', problem: null };
  readonly #activeModel: ActiveModel;
  readonly #events: SessionEvents;
  readonly #factory: RunFactory;
  /** The training loop, while it runs. */
  #loop: Promise<void> | null = null;
  #pauseRequested = false;

  constructor(
    private readonly device: Device,
    private readonly data: MnistDataset,
    bundled: BundledModel | null,
    emit: Emit,
    /** Told after each test of the run that trains. */
    private readonly afterTest: (network: Network, run: string, epoch: number) => void = () => undefined,
  ) {
    this.#activeModel = new ActiveModel(this.#now, bundled, data.test.count);
    this.#events = new SessionEvents(this.#now, this.#activeModel, data, emit);
    this.#factory = new RunFactory(device, data, () => this.#events.tellRuns());
  }

  // --- what there is to see ---------------------------------------------------------------------

  get view(): RunView {
    return this.#events.view;
  }

  get samples(): Sample[] {
    return this.#events.samples;
  }

  newSamples(): void {
    this.#events.newSamples();
  }

  runs(): Promise<RunSummary[]> {
    return this.#events.runs();
  }

  /** See `SessionEvents.tellRun`. */
  tellRun(): void {
    this.#events.tellRun();
  }

  /** The network that answers drawings. */
  get model(): Model {
    return this.#activeModel.model;
  }

  recognize(drawing: Drawing): Prediction {
    return this.#activeModel.recognize(drawing);
  }

  recognizePicture(picture: Picture): Prediction {
    return this.#activeModel.recognizePicture(picture);
  }

  /** See `ActiveModel.requireReader`. */
  requireReader(): Reader {
    return this.#activeModel.requireReader();
  }

  /** See `ActiveModel.weights`. */
  get weights(): Weights {
    return this.#activeModel.weights;
  }

  /** The checkpoint folder; null while none is chosen. */
  get store(): CheckpointStore | null {
    return this.#now.store;
  }

  /** The file that was opened; null when none is open. */
  get openedWeights(): WeightsFile | null {
    return this.#now.weights?.content ?? null;
  }

  /** Time spent in the open run's training steps since it began, tests left out. */
  get secondsTraining(): number {
    return this.#requireOpen().secondsTraining;
  }

  /** The open run's history as CSV. */
  get historyCsv(): string {
    return historyCsv(this.#requireOpen().trainer.history, this.data.test.count);
  }

  // --- what can be asked for --------------------------------------------------------------------

  /**
   * Goes on in another checkpoint folder and opens its newest run. A run that could not be written
   * to the old folder comes along instead, and so do open weights.
   */
  async useFolder(store: CheckpointStore): Promise<void> {
    const homeless = this.#now.problem?.code === 'checkpoint-not-written' ? this.#now.run : null;
    if (homeless) {
      this.#requireAllowed('chooseFolder');
      const taken = (await store.runs()).some(({ run }) => run === homeless.name);
      const { run, lock } = await store.create(taken ? undefined : homeless.name);
      this.#now.store = store;
      homeless.moveTo({ name: run, lock }, this.#factory.writerFor(store));
      await this.#settle();
    } else if (this.#now.weights) {
      this.#requireAllowed('chooseFolder');
      this.#now.store = store;
    } else {
      this.useStore(store);
      await this.#openNewestRun();
    }
    await this.#events.tellAll();
  }

  /** Goes on in another checkpoint folder without opening a run of it. */
  useStore(store: CheckpointStore): void {
    this.#requireAllowed('chooseFolder');
    this.#close();
    this.#now.store = store;
  }

  /**
   * Opens weights instead of a run: they answer drawings, are tested on the whole test set, and the next run begins
   * from them. The reply does not wait for the test.
   */
  async openWeights(file: WeightsFile): Promise<void> {
    this.#requireAllowed('openWeights');
    await this.stop();
    this.#close();
    const weights = new OpenWeights(file);
    this.#now.weights = weights;
    await this.#events.tellAll();
    void this.#testWeights(weights);
  }

  /**
   * Begins a new run, from the open weights if there are any.
   * @param name the run's, else the first free of run-1, run-2, ...
   */
  async start(config: RunConfig, name?: string, stopAfterSteps?: number): Promise<void> {
    const store = this.#requireStore();
    await this.#requireOthersAllowed('start');
    const runs = await store.runs();
    if (name !== undefined && runs.some(({ run }) => run === name)) {
      throw new UserError(
        'run-exists',
        `${join(store.folder, name)} exists already. Resume it, or choose another name.`,
      );
    }
    const { run, lock } = await store.create(name);
    const from = this.openedWeights;
    this.#close();
    this.#now.run = this.#factory.begin(store, run, lock, config, from);
    this.#begin(stopAfterSteps);
  }

  /** Opens a run where its newest sound checkpoint left it. */
  async openRun(name: string): Promise<void> {
    const store = this.#requireStore();
    await this.#requireOthersAllowed('openRun');
    // A run that failed is opened anew while it is held.
    const kept = this.#now.run?.name === name ? this.#now.run.identity.lock : null;
    const lock = kept ?? store.hold(name);
    const { checkpoint, passedOver } = await this.#factory.readNewest(store, name).catch((error: unknown) => {
      if (!kept) lock.release();
      throw error;
    });
    if (kept) this.#now.run!.identity.lock = null;
    this.#close();
    this.#show(this.#factory.open(store, name, lock, checkpoint));
    if (passedOver.length > 0) {
      const words = `${passedOver.join(' ')} The newest sound checkpoint, step ${checkpoint.state.step}, is used instead.`;
      this.#now.problem = { code: 'checkpoint-damaged', message: words };
    }
    await this.#events.tellAll();
  }

  /**
   * Opens a run whose training was cut off, as failed.
   * @param words what cut it off
   */
  async openInterrupted(name: string, words: string): Promise<void> {
    if (this.#now.run?.name !== name) await this.openRun(name);
    const { trainer } = this.#requireOpen();
    if (!trainer.finished) this.#now.state = 'failed';
    const way = trainer.finished ? '' : ' Resume goes on from there.';
    const message = `${words} ${name} stands at step ${trainer.step}, its newest checkpoint.${way}`;
    this.#now.problem = { code: 'engine-died', message };
    await this.#events.tellAll();
  }

  /**
   * Opens a run as one of its checkpoints has it. From one that is not the newest, `resume` and
   * `addEpochs` start a new run: what this one did afterwards stays.
   */
  async openCheckpoint(run: string, name: string): Promise<void> {
    const store = this.#requireStore();
    const summary = (await store.runs()).find((candidate) => candidate.run === run);
    if (summary?.checkpoints[0]?.name === name) {
      await this.openRun(run);
      return;
    }
    await this.#requireOthersAllowed('openCheckpoint');
    const checkpoint = await this.#factory.read(store, run, name);
    this.#close();
    // Not held: nothing is written to the run.
    const older = this.#factory.open(store, run, null, checkpoint);
    older.olderCheckpoint = name;
    this.#show(older);
    await this.#events.tellAll();
  }

  /**
   * Closes a run whose folder is about to be removed.
   * @returns whether it was open
   * @throws UserError `run-held` when another process has it open
   */
  async releaseRun(run: string): Promise<boolean> {
    const isOpen = this.#now.run?.name === run;
    if (isOpen) this.#requireAllowed('removeRun');
    if (!isOpen || !this.#now.run?.identity.lock) this.#requireStore().hold(run).release();
    if (!isOpen) return false;
    this.#close();
    await this.#events.tellAll();
    return true;
  }

  /** Continues the open run; a failed one from its newest checkpoint. */
  async resume(stopAfterSteps?: number): Promise<void> {
    this.#requireAllowed('resume');
    if (this.#now.state === 'failed') await this.openRun(this.#requireOpen().name);
    this.#requireAllowed('resume');
    await this.#branchFromOlder();
    this.#begin(stopAfterSteps);
  }

  /** Gives a finished or paused run so many more epochs and continues it. */
  async addEpochs(epochs: number, stopAfterSteps?: number): Promise<void> {
    this.#requireAllowed('addEpochs');
    const { trainer } = this.#requireOpen();
    await this.#branchFromOlder();
    trainer.addEpochs(epochs);
    this.#begin(stopAfterSteps);
  }

  /** Pauses at the next step's end; done when the checkpoint is on the disk. */
  async pause(): Promise<void> {
    if (this.#now.state === 'running') {
      this.#pauseRequested = true;
      this.#enter('pausing');
    }
    await this.#loop;
  }

  /** Pauses, and closes the run; it stays on the disk, and on the screen until another is opened. */
  async stop(): Promise<void> {
    const unsaved = await this.close();
    if (unsaved)
      throw new UserError(unsaved.code, `The run is not stopped, since it would be lost. ${unsaved.message}`);
    this.#now.problem = null;
    this.#enter('idle');
    await this.#events.tellAll();
  }

  /** Resolves when the training loop has ended: finished, paused or failed. */
  async settled(): Promise<RunView> {
    await this.#loop;
    return this.view;
  }

  /** Pauses, and tries once more to save what could not be. @returns why it cannot; null when all is safe */
  async close(): Promise<Problem | null> {
    const unsaved = await this.#pauseAndSave();
    if (!unsaved) this.#now.run?.letGo();
    return unsaved;
  }

  /** Frees the tensors of what is open, and the run for others. */
  dispose(): void {
    this.#close();
  }

  // --- the loop ---------------------------------------------------------------------------------

  #begin(stopAfterSteps = Infinity): void {
    const open = this.#requireOpen();
    open.identity.lock ??= this.#requireStore().hold(open.name);
    this.#pauseRequested = false;
    this.#now.problem = null;
    this.#enter('running');
    this.#loop = this.#train(open, stopAfterSteps)
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .then(() => this.#events.tellAll())
      .finally(() => {
        this.#loop = null;
      });
  }

  /** Test, train an epoch, test, ... as the article does, until done or asked to pause. */
  async #train(open: OpenRun, stopAfterSteps: number): Promise<void> {
    const { trainer } = open;
    const lastStep = trainer.step + stopAfterSteps;
    // So that there is something to come back to, and what could not be written before comes first.
    await open.finishSave();
    requireMemory(this.device, trainer.batchesAhead);
    while (!trainer.finished && !this.#pauseRequested && trainer.step < lastStep) {
      if (trainer.testDue) await this.#test(open);
      else this.#step(open);
      if (open.checkpointDue) await open.save();
      this.#events.tellProgress();
      // Gives way to requests: a pause, a drawing.
      await turn();
    }
    await this.#settle();
  }

  #step(open: OpenRun): void {
    const report = open.step();
    if (report) this.#events.addTrain(report);
  }

  /** Tests on the whole test set; a pause drops the test, and it is made anew on resume. */
  async #test(open: OpenRun): Promise<void> {
    const { network, config } = open.trainer;
    const began = performance.now();
    const wanted = () => !this.#pauseRequested;
    const evaluation = await evaluateInTurns(network, this.data.test, config.testBatchSize, wanted);
    if (!evaluation) return;
    const report = open.recordTest(evaluation, (performance.now() - began) / 1000);
    this.#events.addTest(report);
    this.afterTest(network, open.name, report.epoch);
  }

  /** Tests open weights, unless they are closed meanwhile. */
  async #testWeights(weights: OpenWeights): Promise<void> {
    const isOpen = () => this.#now.weights === weights;
    try {
      const evaluation = await evaluateInTurns(weights.network, this.data.test, defaultConfig.testBatchSize, isOpen);
      if (!evaluation) return;
      weights.evaluation = evaluation;
    } catch (error) {
      const words = `${weights.model.name} could not be tested: ${error instanceof Error ? error.message : String(error)}`;
      this.#now.problem = { code: 'test-failed', message: words };
    }
    await this.#events.tellAll();
  }

  /** Brings the run to rest with its checkpoint on the disk; where that fails it is kept in memory. */
  async #settle(): Promise<void> {
    const open = this.#requireOpen();
    try {
      await open.finishSave();
      this.#now.problem = null;
      this.#now.state = open.trainer.finished ? 'finished' : 'paused';
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const unwritten = error instanceof UserError && error.code === 'checkpoint-not-written';
    this.#now.state = unwritten ? 'paused' : 'failed';
    this.#now.problem = problemOf(error, this.#requireOpen().trainer.config);
  }

  #enter(state: RunState): void {
    this.#now.state = state;
    this.#events.tellRun();
  }

  // --- opening and closing ----------------------------------------------------------------------

  /** Shows a run as it lies on the disk. */
  #show(run: OpenRun): void {
    this.#now.run = run;
    this.#now.state = run.trainer.finished ? 'finished' : 'paused';
  }

  /** Where an older checkpoint is open, makes a new run of it. */
  async #branchFromOlder(): Promise<void> {
    const open = this.#requireOpen();
    if (open.olderCheckpoint === null) return;
    const store = this.#requireStore();
    const { run, lock } = await store.create();
    open.begunFrom = { run: open.name, step: open.trainer.step };
    open.olderCheckpoint = null;
    open.moveTo({ name: run, id: randomUUID(), lock }, this.#factory.writerFor(store));
    this.#events.tellModel();
  }

  #close(): void {
    this.#now.run?.dispose();
    this.#now.run = null;
    this.#now.weights?.dispose();
    this.#now.weights = null;
    this.#now.state = 'idle';
    this.#now.problem = null;
    this.#events.forget();
  }

  /** So that a person who comes back finds the run that was left; one on other data is left alone. */
  async #openNewestRun(): Promise<void> {
    const [newest] = await this.runs();
    if (!newest) return;
    await this.openRun(newest.run).catch((error: unknown) => {
      const problem = problemFrom(error);
      if (problem.code !== 'other-data') this.#now.problem = problem;
    });
  }

  #requireOpen(): OpenRun {
    if (!this.#now.run) throw new UserError('not-now', 'No run is open. Start one, or open one from the list.');
    return this.#now.run;
  }

  #requireStore(): CheckpointStore {
    if (!this.#now.store) throw new UserError('no-folder', 'Choose a folder for checkpoints first.');
    return this.#now.store;
  }

  /** @throws UserError `not-now` when the run's state forbids the command */
  #requireAllowed(command: RunCommand): void {
    const { state, run, problem } = this.#now;
    const refusal = refusalOf(command, { state, run: run?.name ?? null, problem });
    if (refusal !== null) throw new UserError('not-now', refusal);
  }

  /** @returns why the open run cannot be saved; null when all of it is on the disk */
  async #pauseAndSave(): Promise<Problem | null> {
    await this.pause();
    if (this.#now.run && this.#now.problem?.code === 'checkpoint-not-written') await this.#settle();
    return this.#now.problem?.code === 'checkpoint-not-written' ? this.#now.problem : null;
  }

  /** The open run may give way to another: it rests, and all of it is on the disk. */
  async #requireOthersAllowed(command: RunCommand): Promise<void> {
    this.#requireAllowed(command);
    const unsaved = await this.#pauseAndSave();
    if (unsaved) throw new UserError(unsaved.code, `The open run would be lost. ${unsaved.message}`);
  }
}
