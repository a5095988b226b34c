/** One run at a time: what may be done with it when, and the loop that carries it forward. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Device, Model, Prediction, Problem, RunSummary, RunView, Sample } from '@contract/contract';
import { type Drawing, type RunConfig, type RunState, defaultConfig } from '@contract/schemas';
import packageJson from '../../package.json' with { type: 'json' };
import type { Checkpoint } from '../checkpoints/checkpoint';
import type { RunLock } from '../checkpoints/lock';
import { CheckpointSaver } from '../checkpoints/saver';
import type { StateFile } from '../checkpoints/state-file';
import type { CheckpointStore } from '../checkpoints/store';
import { toGreyImage } from '../data/grey-image';
import type { MnistDataset } from '../data/mnist';
import { UserError } from '../errors';
import { OpenWeights } from '../exchange/open-weights';
import type { WeightsFile } from '../exchange/weights-file';
import type { BundledModel } from '../recognition/bundled-model';
import { uncalibrated } from '../recognition/calibration';
import type { Picture } from '../recognition/picture';
import { type Reader, type Recognition, recognize, recognizePicture } from '../recognition/recognize';
import { type Evaluation, evaluate } from './evaluate';
import { historyCsv } from './history-csv';
import { logOf, testLine, trainLine } from './log-lines';
import type { Network } from './network';
import type { Weights } from './parameters';
import { pickSamples, samplesAt } from './samples';
import { OpenRun, type Provenance, type RunIdentity } from './open-run';
import { problemOf } from './problem-of';
import { type Emit, Reporter } from './reporter';
import { Trainer, type TrainerState, initialState } from './trainer';

const LOG_LINES = 1000;

export class Session {
  #store: CheckpointStore | null = null;
  #open: OpenRun | null = null;
  /** Open instead of a run; the next run begins from them. */
  #weights: OpenWeights | null = null;
  #state: RunState = 'idle';
  #problem: Problem | null = null;
  /** The training loop, while it runs. */
  #loop: Promise<void> | null = null;
  #pauseRequested = false;
  #samples: { round: number; indices: number[] };
  readonly #reporter: Reporter;

  constructor(
    private readonly device: Device,
    private readonly data: MnistDataset,
    private readonly bundled: BundledModel | null,
    private readonly emit: Emit,
    /** Told after each test of the run that trains. */
    private readonly afterTest: (network: Network, run: string, epoch: number) => void = () => undefined,
  ) {
    this.#samples = { round: 0, indices: pickSamples(data.test, 0) };
    this.#reporter = new Reporter(emit);
  }

  // --- what there is to see ---------------------------------------------------------------------

  get view(): RunView {
    const open = this.#open;
    if (!open) {
      const history = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
      const none = { run: null, olderCheckpoint: null, begunFrom: null, config: null, progress: null };
      const log = this.#weights?.log ?? [];
      return { state: this.#state, problem: this.#problem, ...none, history, testTotal: 0, log };
    }
    const { config, history } = open.trainer;
    const testTotal = this.data.test.count;
    return {
      state: this.#state,
      run: open.name,
      olderCheckpoint: open.olderCheckpoint,
      begunFrom: open.begunFrom,
      config,
      progress: open.progress(this.#state === 'running'),
      history: structuredClone(history),
      testTotal,
      log: logOf(history, config, this.data.train.count, testTotal).slice(-LOG_LINES),
      problem: this.#problem,
    };
  }

  get samples(): Sample[] {
    const { trainer, identity } = this.#open ?? {};
    const trained = trainer && (trainer.step > 0 || identity?.origin) ? trainer.network : this.#weights?.network;
    return samplesAt(this.data.test, this.#samples.indices, trained ?? null);
  }

  async runs(): Promise<RunSummary[]> {
    return (await this.#store?.runs()) ?? [];
  }

  /** The network that answers drawings: that of the open run or the open weights, else the bundled one. */
  get model(): Model {
    if (this.#open) {
      const { trainer, name } = this.#open;
      const correct = trainer.history.testCorrect.at(-1);
      const testAccuracy = correct === undefined ? null : correct / this.data.test.count;
      return { source: 'run', name, step: trainer.step, testAccuracy, penAccuracy: null };
    }
    const nothing: Model = { source: 'none', name: '', step: 0, testAccuracy: null, penAccuracy: null };
    return this.#weights?.model ?? this.bundled?.model ?? nothing;
  }

  recognize(drawing: Drawing): Prediction {
    return this.#predictionOf(recognize(this.#reader, drawing));
  }

  recognizePicture(picture: Picture): Prediction {
    return this.#predictionOf(recognizePicture(this.#reader, picture));
  }

  #predictionOf({ preview, ...recognition }: Recognition): Prediction {
    return { ...recognition, preview: toGreyImage(preview), model: this.model };
  }

  /** A copy of the weights that answer drawings. */
  get weights(): Weights {
    return this.requireReader().network.weights();
  }

  /** @throws UserError `not-now` when there is no network */
  requireReader(): Reader {
    const reader = this.#reader;
    if (!reader) throw new UserError('not-now', 'There is no network yet. Start training, or open weights.');
    return reader;
  }

  /** The file that was opened; null when none is open. */
  get openedWeights(): WeightsFile | null {
    return this.#weights?.content ?? null;
  }

  /** Its network is that of `model`. */
  get #reader(): Reader | null {
    const network = this.#open?.trainer.network ?? this.#weights?.network;
    return network ? { network, calibration: uncalibrated } : this.bundled;
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
    const homeless = this.#problem?.code === 'checkpoint-not-written' ? this.#open : null;
    if (homeless) {
      this.#requireNotRunning('choose another folder');
      const taken = (await store.runs()).some(({ run }) => run === homeless.name);
      const { run, lock } = await store.create(taken ? undefined : homeless.name);
      this.#store = store;
      homeless.moveTo({ name: run, lock }, this.#saverFor(store));
      await this.#settle();
    } else if (this.#weights) {
      this.#store = store;
    } else {
      this.useStore(store);
      await this.#openNewestRun();
    }
    await this.#announce();
  }

  /** Goes on in another checkpoint folder without opening a run of it. */
  useStore(store: CheckpointStore): void {
    this.#requireNotRunning('choose another folder');
    this.#close();
    this.#store = store;
  }

  /**
   * Opens weights instead of a run: they answer drawings, are tested on the whole test set, and the next run begins
   * from them. The reply does not wait for the test.
   */
  async openWeights(file: WeightsFile): Promise<void> {
    this.#requireNotRunning('open weights');
    await this.stop();
    this.#close();
    const weights = new OpenWeights(file);
    this.#weights = weights;
    await this.#announce();
    void this.#testWeights(weights);
  }

  /**
   * Begins a new run, from the open weights if there are any.
   * @param name the run's, else the first free of run-1, run-2, ...
   */
  async start(config: RunConfig, name?: string, stopAfterSteps?: number): Promise<void> {
    const store = this.#requireStore();
    this.#requireNotRunning('start another run');
    if (this.#state === 'paused') {
      throw new UserError('not-now', 'A paused run is open. Stop it first (it is kept), then start another.');
    }
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
    const identity = { name: run, id: randomUUID(), origin: from?.origin ?? null, lock };
    this.#openWith(identity, store, config, initialState(config.seed, from?.weights), 0);
    this.#begin(stopAfterSteps);
  }

  /** Opens a run where its newest sound checkpoint left it. */
  async openRun(name: string): Promise<void> {
    const store = this.#requireStore();
    await this.#requireOthersAllowed('open another run');
    // A run that failed is opened anew while it is held.
    const kept = this.#open?.name === name ? this.#open.identity.lock : null;
    const lock = kept ?? store.hold(name);
    const { checkpoint, passedOver } = await this.#readForOpening(store, name).catch((error: unknown) => {
      if (!kept) lock.release();
      throw error;
    });
    if (kept) this.#open!.identity.lock = null;
    this.#openFrom(store, name, lock, checkpoint);
    if (passedOver.length > 0) {
      const words = `${passedOver.join(' ')} The newest sound checkpoint, step ${checkpoint.state.step}, is used instead.`;
      this.#problem = { code: 'checkpoint-damaged', message: words };
    }
    await this.#announce();
  }

  /**
   * Opens a run whose training was cut off, as failed.
   * @param words what cut it off
   */
  async openInterrupted(name: string, words: string): Promise<void> {
    if (this.#open?.name !== name) await this.openRun(name);
    const { trainer } = this.#requireOpen();
    if (!trainer.finished) this.#state = 'failed';
    const way = trainer.finished ? '' : ' Resume goes on from there.';
    const message = `${words} ${name} stands at step ${trainer.step}, its newest checkpoint.${way}`;
    this.#problem = { code: 'engine-died', message };
    await this.#announce();
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
    await this.#requireOthersAllowed('open another checkpoint');
    const checkpoint = await store.read(run, name);
    this.#requireSameData(checkpoint.state);
    // Not held: nothing is written to the run.
    this.#openFrom(store, run, null, checkpoint).olderCheckpoint = name;
    await this.#announce();
  }

  /**
   * Closes a run whose folder is about to be removed.
   * @returns whether it was open
   * @throws UserError `run-held` when another process has it open
   */
  async releaseRun(run: string): Promise<boolean> {
    const isOpen = this.#open?.name === run;
    if (isOpen) this.#requireNotRunning('remove it');
    if (!isOpen || !this.#open?.identity.lock) this.#requireStore().hold(run).release();
    if (!isOpen) return false;
    this.#close();
    await this.#announce();
    return true;
  }

  /** Continues the open run; a failed one from its newest checkpoint. */
  async resume(stopAfterSteps?: number): Promise<void> {
    this.#requireNotRunning('resume');
    if (this.#state === 'failed') await this.openRun(this.#requireOpen().name);
    this.#requireOpen();
    if (this.#state !== 'paused') {
      throw new UserError('not-now', `A run that is ${this.#state} cannot be resumed.`);
    }
    await this.#branchFromOlder();
    this.#begin(stopAfterSteps);
  }

  /** Gives a finished or paused run so many more epochs and continues it. */
  async addEpochs(epochs: number, stopAfterSteps?: number): Promise<void> {
    const { trainer } = this.#requireOpen();
    if (this.#state !== 'finished' && this.#state !== 'paused') {
      throw new UserError('not-now', `Epochs are added to a finished or paused run; this one is ${this.#state}.`);
    }
    await this.#branchFromOlder();
    trainer.addEpochs(epochs);
    this.#begin(stopAfterSteps);
  }

  /** Pauses at the next step's end; done when the checkpoint is on the disk. */
  async pause(): Promise<void> {
    if (this.#state === 'running') {
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
    this.#problem = null;
    this.#enter('idle');
    await this.#announce();
  }

  newSamples(): void {
    const round = this.#samples.round + 1;
    this.#samples = { round, indices: pickSamples(this.data.test, round) };
    this.emit('samples', this.samples);
  }

  /** Resolves when the training loop has ended: finished, paused or failed. */
  async settled(): Promise<RunView> {
    await this.#loop;
    return this.view;
  }

  /** Pauses, and tries once more to save what could not be. @returns why it cannot; null when all is safe */
  async close(): Promise<Problem | null> {
    const unsaved = await this.#pauseAndSave();
    if (!unsaved) this.#open?.letGo();
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
    this.#problem = null;
    this.#enter('running');
    this.#loop = this.#train(open, stopAfterSteps)
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .then(() => this.#announce())
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
    while (!trainer.finished && !this.#pauseRequested && trainer.step < lastStep) {
      if (trainer.testDue) await this.#test(open);
      else this.#step(open);
      if (open.checkpointDue) await open.save();
      this.#report(open);
      // Gives way to requests: a pause, a drawing.
      await turn();
    }
    await this.#settle();
  }

  #step(open: OpenRun): void {
    const report = open.step();
    if (report) this.#reporter.addTrain(report, trainLine(report, open.trainer.config, this.data.train.count));
  }

  /** Tests on the whole test set; a pause drops the test, and it is made anew on resume. */
  async #test(open: OpenRun): Promise<void> {
    const { network, config } = open.trainer;
    const began = performance.now();
    const evaluation = await this.#evaluate(network, config.testBatchSize, () => !this.#pauseRequested);
    if (!evaluation) return;
    const report = open.recordTest(evaluation, (performance.now() - began) / 1000);
    this.#reporter.addTest(report, testLine(report));
    this.afterTest(network, open.name, report.epoch);
    this.emit('model', this.model);
    this.emit('samples', this.samples);
  }

  /** Tests open weights, unless they are closed meanwhile. */
  async #testWeights(weights: OpenWeights): Promise<void> {
    const isOpen = () => this.#weights === weights;
    try {
      const evaluation = await this.#evaluate(weights.network, defaultConfig.testBatchSize, isOpen);
      if (!evaluation) return;
      weights.evaluation = evaluation;
    } catch (error) {
      const words = `${weights.model.name} could not be tested: ${error instanceof Error ? error.message : String(error)}`;
      this.#problem = { code: 'test-failed', message: words };
    }
    await this.#announce();
  }

  /** Tests on the whole test set, giving way to requests. @returns null when it is not wanted any longer */
  async #evaluate(network: Network, batchSize: number, isWanted: () => boolean): Promise<Evaluation | null> {
    const testing = evaluate(network, this.data.test, batchSize);
    let step = testing.next();
    while (!step.done) {
      await turn();
      if (!isWanted()) return null;
      step = testing.next();
    }
    return step.value;
  }

  /** Brings the run to rest with its checkpoint on the disk; where that fails it is kept in memory. */
  async #settle(): Promise<void> {
    const open = this.#requireOpen();
    try {
      await open.finishSave();
      this.#problem = null;
      this.#state = open.trainer.finished ? 'finished' : 'paused';
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const unwritten = error instanceof UserError && error.code === 'checkpoint-not-written';
    this.#state = unwritten ? 'paused' : 'failed';
    this.#problem = problemOf(error, this.#requireOpen().trainer.config);
  }

  // --- what is sent -----------------------------------------------------------------------------

  #enter(state: RunState): void {
    this.#state = state;
    this.tellRun();
  }

  /** Tells the whole run. Reports that wait go first: the run holds them, and they must not come twice. */
  tellRun(): void {
    if (this.#open) this.#reporter.send(this.#open.progress(this.#state === 'running'));
    this.emit('run', this.view);
  }

  /** Sends everything; after a change of state, when the order of events matters to a window. */
  async #announce(): Promise<void> {
    this.tellRun();
    this.emit('model', this.model);
    this.emit('samples', this.samples);
    // The folder may have gone away; the next request says so.
    const runs = await this.runs().catch(() => null);
    if (runs) this.emit('runs', runs);
  }

  #report(open: OpenRun): void {
    if (this.#reporter.isTimeFor('reports')) this.#reporter.send(open.progress(this.#state === 'running'));
    if (this.#reporter.isTimeFor('samples')) this.emit('samples', this.samples);
  }

  // --- opening and closing ----------------------------------------------------------------------

  async #readForOpening(store: CheckpointStore, name: string) {
    await store.recover(name);
    const read = await store.readNewest(name);
    this.#requireSameData(read.checkpoint.state);
    return read;
  }

  #openWith(
    identity: RunIdentity,
    store: CheckpointStore,
    config: RunConfig,
    state: TrainerState,
    secondsTraining: number,
  ): OpenRun {
    const trainer = new Trainer(this.data, config, state);
    return (this.#open = new OpenRun(identity, trainer, this.#saverFor(store), this.#provenance, secondsTraining));
  }

  /** Puts a run of the folder in the place of the open one, as a checkpoint has it. */
  #openFrom(
    store: CheckpointStore,
    name: string,
    lock: RunLock | null,
    { state, weights, velocities }: Checkpoint,
  ): OpenRun {
    this.#close();
    const { step, history, config, runId: id, origin = null, secondsTraining } = state;
    const identity = { name, id, origin, lock };
    const open = this.#openWith(identity, store, config, { step, history, weights, velocities }, secondsTraining);
    open.markSaved();
    this.#state = open.trainer.finished ? 'finished' : 'paused';
    return open;
  }

  /** Where an older checkpoint is open, makes a new run of it. */
  async #branchFromOlder(): Promise<void> {
    const open = this.#requireOpen();
    if (open.olderCheckpoint === null) return;
    const store = this.#requireStore();
    const { run, lock } = await store.create();
    open.begunFrom = { run: open.name, step: open.trainer.step };
    open.olderCheckpoint = null;
    open.moveTo({ name: run, id: randomUUID(), lock }, this.#saverFor(store));
    this.emit('model', this.model);
  }

  #saverFor(store: CheckpointStore): CheckpointSaver {
    return new CheckpointSaver(store, () => {
      if (!this.#reporter.isTimeFor('runs')) return;
      this.runs().then(
        (runs) => this.emit('runs', runs),
        () => undefined,
      );
    });
  }

  #close(): void {
    this.#open?.dispose();
    this.#open = null;
    this.#weights?.dispose();
    this.#weights = null;
    this.#state = 'idle';
    this.#problem = null;
    this.#reporter.forget();
  }

  /** So that a person who comes back finds the run that was left; one on other data is left alone. */
  async #openNewestRun(): Promise<void> {
    const [newest] = await this.runs();
    if (!newest) return;
    await this.openRun(newest.run).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      if (error.code !== 'other-data') this.#problem = { code: error.code, message: error.message };
    });
  }

  get #provenance(): Provenance {
    const { name, sha256, train, test } = this.data;
    return {
      dataset: { name, sha256, trainCount: train.count, testCount: test.count },
      application: `Digit Studio ${packageJson.version}`,
      device: this.device.description,
    };
  }

  #requireOpen(): OpenRun {
    if (!this.#open) throw new UserError('not-now', 'No run is open. Start one, or open one from the list.');
    return this.#open;
  }

  #requireStore(): CheckpointStore {
    if (!this.#store) throw new UserError('no-folder', 'Choose a folder for checkpoints first.');
    return this.#store;
  }

  #requireNotRunning(what: string): void {
    if (this.#loop) throw new UserError('not-now', `A run is ${this.#state}. Pause it to ${what}.`);
  }

  /** @returns why the open run cannot be saved; null when all of it is on the disk */
  async #pauseAndSave(): Promise<Problem | null> {
    await this.pause();
    if (this.#open && this.#problem?.code === 'checkpoint-not-written') await this.#settle();
    return this.#problem?.code === 'checkpoint-not-written' ? this.#problem : null;
  }

  /** The open run may give way to another: it rests, and all of it is on the disk. */
  async #requireOthersAllowed(what: string): Promise<void> {
    this.#requireNotRunning(what);
    const unsaved = await this.#pauseAndSave();
    if (unsaved) throw new UserError(unsaved.code, `The open run would be lost. ${unsaved.message}`);
  }

  #requireSameData({ run, dataset }: StateFile): void {
    if (dataset.sha256 === this.data.sha256) return;
    throw new UserError(
      'other-data',
      `${run} was trained on ${dataset.name} (${dataset.trainCount} images), and the data loaded now are others (${this.data.name}, ${this.data.train.count} images). Choose the data folder that it was trained on, then open it again.`,
    );
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
