/** The commands that change what is open, shown and trained. */
import { type RunCommand, refusalOf, removalRefusal } from '@contract/commands';
import type { Device, Problem, RunView } from '@contract/contract';
import type { PastStep } from '@contract/recognition';
import type { CheckpointName, ModelChoice, NetworkParts, RunConfig, StepOfRun } from '@contract/schemas';
import { SerialQueue } from '../base/async';
import { UserError } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import type { WeightsFile } from '../exchange/weights-file';
import type { BundledModel } from '../recognition/bundled-model';
import { ActiveModel } from './active-model';
import { AnswersComparison } from './answers-comparison';
import { Comparison } from './comparison';
import { DigitMap } from './digit-map';
import { Display } from './display';
import { historyCsv } from './history-csv';
import { logOf } from './log-lines';
import { InkExplanations } from './ink-explanations';
import { Lessons } from './lessons';
import { ModelResults } from './model-results';
import { OpenRuns } from './open-runs';
import { OtherFolders } from './other-folders';
import { PartsRanker } from './parts-ranker';
import { PinnedDrawing } from './pinned-drawing';
import { type CarryOut, QueueCommands } from './queue-commands';
import { RunFactory } from './run-factory';
import { RunQueue } from './run-queue';
import { RunTraining } from './run-training';
import { type Emit, SessionEvents } from './session-events';
import { type SessionState, requireStore, statusOf } from './session-state';
import { SlowMotion } from './slow-motion';
import { TimeMachine } from './time-machine';
import { moveUnsaved, requireSaved, saveAll } from './unsaved-runs';

/**
 * One run or weights file is shown, and at most one run is trained, which may be another one. Commands run one after
 * the other. Each is checked against the table of commands when its turn comes; if not allowed, it throws UserError
 * `not-now` with the reason. Only `pause` does not wait for its turn.
 */
export class Session {
  readonly #state: SessionState;
  readonly activeModel: ActiveModel;
  readonly events: SessionEvents;
  readonly results: ModelResults;
  readonly comparison: Comparison;
  readonly answersComparison: AnswersComparison;
  readonly timeMachine: TimeMachine;
  readonly slowMotion: SlowMotion;
  readonly partsRanker: PartsRanker;
  readonly inkExplanations: InkExplanations;
  readonly digitMap: DigitMap;
  /** The commands for waiting runs. */
  readonly queue: QueueCommands;
  readonly lessons: Lessons;
  readonly #factory: RunFactory;
  readonly #display: Display;
  readonly #training: RunTraining;
  readonly #commands = new SerialQueue();

  constructor(
    device: Device,
    data: MnistDataset,
    bundled: BundledModel | null,
    emit: Emit,
    pinned = new PinnedDrawing(emit),
    /** Other folders whose runs can be compared. */
    otherFolders = new OtherFolders(),
  ) {
    const nothing = { store: null, weights: null, trained: null, problem: null };
    this.#state = { ...nothing, runs: new OpenRuns(), queue: new RunQueue(data) };
    this.activeModel = new ActiveModel(this.#state, bundled, data);
    this.results = new ModelResults(this.activeModel, bundled, data);
    this.comparison = new Comparison(this.#state, otherFolders);
    this.answersComparison = new AnswersComparison(this.comparison, data);
    this.events = new SessionEvents(this.#state, this.activeModel, data, emit);
    this.timeMachine = new TimeMachine(this.#state, this.activeModel, this.events, data);
    this.slowMotion = new SlowMotion(this.#state);
    this.digitMap = new DigitMap(this.#state, this.activeModel, data);
    this.partsRanker = new PartsRanker(this.#state, this.activeModel, data, this.events.rankingProgressed);
    this.inkExplanations = new InkExplanations(this.activeModel);
    this.#factory = new RunFactory(device, data, () => this.events.checkpointWritten());
    this.#display = new Display(this.#state, this.events, this.#factory, data);
    const parts = { state: this.#state, display: this.#display, events: this.events, factory: this.#factory };
    const onEnd = () => {
      void this.queue.goOn();
      void this.#calibrate();
    };
    const { timeMachine } = this;
    const { calibrations } = this.activeModel;
    const commands = this.#commands;
    this.#training = new RunTraining({ ...parts, device, calibrations, commands, pinned, onEnd, timeMachine });
    const command: CarryOut = (name, action) => this.#command(name, action);
    this.queue = new QueueCommands({ ...parts, training: this.#training, command });
    const { activeModel } = this;
    const readWith = (choice: ModelChoice) => this.readWith(choice);
    this.lessons = new Lessons({ ...parts, activeModel, bundled, data, training: this.#training, command, readWith });
  }

  /** The checkpoint folder; null until one is chosen. */
  get store(): CheckpointStore | null {
    return this.#state.store;
  }

  /** The open weights file, or null. */
  get openedWeights(): WeightsFile | null {
    return this.#state.weights?.content ?? null;
  }

  /** Seconds spent in the shown run's training steps since its start, without tests. */
  get secondsTraining(): number {
    return this.#display.run.secondsTraining;
  }

  /** The shown run's name. */
  get shownRun(): string {
    return this.#display.run.name;
  }

  /** The shown run's history as CSV. */
  get historyCsv(): string {
    const { name, trainer } = this.#display.run;
    return historyCsv({ name, config: trainer.config, history: trainer.history }, trainer.data);
  }

  /** The shown run's name and its whole log. */
  get runLog(): { run: string; text: string } {
    const { name, trainer } = this.#display.run;
    const lines = logOf(trainer.history, trainer.config, trainer.data.train.count, trainer.data.test.count);
    return { run: name, text: `${lines.join('\n')}\n` };
  }

  // --- what is shown ------------------------------------------------------------------------------

  /**
   * Switches to another checkpoint folder and shows one of its runs. Runs that could not be written to the old folder
   * are written to the new one. If such a run or weights are shown, they stay shown.
   * @param wanted the run to show; the newest run is shown if this is null or missing
   */
  useFolder(store: CheckpointStore, wanted: string | null = null): Promise<void> {
    return this.#command('chooseFolder', async () => {
      const { runs, trained } = this.#state;
      const { unsaved } = runs;
      await moveUnsaved(unsaved, this.#state.store, store, this.#factory);
      this.#state.store = store;
      await this.queue.open();
      runs.closeAllBut(unsaved);
      if (trained && !unsaved.includes(trained)) this.#state.trained = null;
      if (!runs.shown && !this.#state.weights) await this.#display.openFolder(store, wanted);
      runs.closeUnneeded();
      await this.lessons.applyChoice();
      await this.events.sendAll();
    });
  }

  /** Switches to another checkpoint folder without showing a run or opening its queue. */
  useStore(store: CheckpointStore): Promise<void> {
    return this.#command('chooseFolder', () => {
      this.#display.closeAll();
      this.#state.store = store;
    });
  }

  /**
   * Opens weights and shows them instead of a run: they read drawings, and the next run starts from them. They are
   * tested on the whole test set; the reply does not wait for that.
   */
  openWeights(file: WeightsFile): Promise<void> {
    return this.#command('openWeights', () => this.#display.openWeights(file));
  }

  /** Shows a run at its newest intact checkpoint, or its state in memory if that is newer. */
  openRun(name: string): Promise<void> {
    return this.#command('openRun', async () => {
      await this.#display.openRun(requireStore(this.#state), name);
      await this.lessons.applyChoice();
      await this.events.sendAll();
    });
  }

  /**
   * Shows a run whose training was interrupted as failed.
   * @param reason why it was interrupted, as a sentence
   */
  openInterrupted(name: string, reason: string): Promise<void> {
    return this.#command('openRun', async () => {
      await this.#display.openInterrupted(requireStore(this.#state), name, reason);
      await this.events.sendAll();
    });
  }

  /**
   * Shows a run at one of its checkpoints. If that is not the newest, `resume` and `addEpochs` start a new run from it,
   * and the old run keeps its later checkpoints.
   */
  openCheckpoint(run: string, name: string): Promise<void> {
    return this.#command('openCheckpoint', async () => {
      await this.#display.openCheckpoint(requireStore(this.#state), { run, name }, this.timeMachine);
      await this.events.sendAll();
    });
  }

  /** Makes another network read drawings. What is shown, and training, go on. @returns the step of the past that reads, or null */
  async readWith(choice: ModelChoice): Promise<PastStep | null> {
    if (typeof choice === 'string') this.activeModel.choose(choice);
    else if ('step' in choice) await this.timeMachine.lookAt(choice);
    else await this.timeMachine.chooseCheckpoint(choice);
    this.events.sendModel();
    this.events.sendSamples();
    return this.activeModel.view.past;
  }

  /** Switches parts of the network that reads drawings off. */
  switchOff(parts: NetworkParts): void {
    this.activeModel.switchOff(parts);
    this.events.sendModel();
    this.events.sendSamples();
  }

  /** Shows the shown run at any of its steps, from which `resume` and `addEpochs` start a new run. */
  openStep(wanted: StepOfRun): Promise<void> {
    return this.#command('openCheckpoint', async () => {
      await this.#display.openStep(requireStore(this.#state), wanted, this.timeMachine);
      await this.events.sendAll();
    });
  }

  /**
   * Closes a run whose folder is about to be removed.
   * @returns whether it was shown
   * @throws UserError `not-now` if it is being trained or not saved; `run-held` if another process has it open
   */
  releaseRun(name: string): Promise<boolean> {
    return this.#commands.add(async () => {
      const { runs, trained } = this.#state;
      const refusal = removalRefusal(name, statusOf(this.#state));
      if (refusal !== null) throw new UserError('not-now', refusal);
      const isUnsavedHere = runs.unsaved.some((run) => run.name === name);
      if (isUnsavedHere) throw new UserError('not-now', `${name} is not saved. Resume it or discard it first.`);
      requireStore(this.#state).hold(name).release();
      const wasShown = runs.shown?.name === name;
      runs.closeNamed(name);
      if (trained?.name === name) this.#state.trained = null;
      if (wasShown) await this.events.sendAll();
      return wasShown;
    });
  }

  // --- training -----------------------------------------------------------------------------------

  /** See `RunTraining.start`. */
  start(config: RunConfig, name?: string, stopAfterSteps?: number): Promise<void> {
    return this.#command('start', () => this.#training.start(requireStore(this.#state), config, name, stopAfterSteps));
  }

  /** See `RunTraining.startFrom`. */
  startFrom(config: RunConfig, from: CheckpointName | null): Promise<void> {
    return this.#command('start', () => this.#training.startFrom(requireStore(this.#state), config, from));
  }

  /** Continues the shown run, after a failure from its newest checkpoint. */
  resume(stopAfterSteps?: number): Promise<void> {
    return this.#command('resume', () => this.#training.resume(requireStore(this.#state), stopAfterSteps));
  }

  /** Adds epochs to the shown run and continues it. @throws UserError `too-many-epochs` */
  addEpochs(epochs: number, stopAfterSteps?: number): Promise<void> {
    return this.#command('addEpochs', () =>
      this.#training.addEpochs(requireStore(this.#state), epochs, stopAfterSteps),
    );
  }

  /**
   * Pauses the trained run after the current step, and resolves when its checkpoint is on disk. Does nothing if no run
   * is trained.
   */
  pause(): Promise<void> {
    return this.#training.pause();
  }

  /** Closes the shown run, which could not be saved. Its saved checkpoints remain; the rest is lost. */
  discard(): Promise<void> {
    return this.#command('discard', async () => {
      const run = this.#display.run;
      if (this.#state.trained === run) this.#state.trained = null;
      this.#state.runs.close(run);
      this.#display.show(null);
      await this.events.sendAll();
    });
  }

  /** Resolves when no run is trained. @returns the shown run */
  async settled(): Promise<RunView> {
    await this.#training.settled();
    return this.events.view;
  }

  /**
   * Pauses, and retries to save unsaved runs. Always allowed.
   * @returns why a run cannot be saved; null if all are on disk
   */
  close(): Promise<Problem | null> {
    return this.#commands.add(async () => {
      await this.pause();
      return saveAll(this.#state.runs);
    });
  }

  /** Saves and closes everything, so that another session with other data can take over. */
  end(): Promise<void> {
    return this.#command('changeData', async () => {
      await requireSaved(this.#state.runs);
      this.dispose();
    });
  }

  /** Frees all tensors and unlocks all runs. */
  dispose(): void {
    this.partsRanker.stop();
    this.#display.closeAll();
    this.activeModel.dispose();
    this.timeMachine.dispose();
    this.slowMotion.dispose();
  }

  /** @throws UserError `not-now` with the reason if the command is not allowed now */
  requireAllowed(command: RunCommand): void {
    const refusal = refusalOf(command, statusOf(this.#state));
    if (refusal !== null) throw new UserError('not-now', refusal);
  }

  /** Runs a command after all earlier ones have ended, if it is allowed then. Another network may read afterwards. */
  async #command<T>(command: RunCommand, action: () => T | Promise<T>): Promise<T> {
    const result = await this.#commands.add(() => {
      this.requireAllowed(command);
      return action();
    });
    void this.#calibrate();
    return result;
  }

  /** Calibrates the network that reads drawings, and tells the window. If that fails, the previous calibration stays. */
  async #calibrate(): Promise<void> {
    const isNew = await this.activeModel.calibrate().catch(() => false);
    if (isNew) this.events.sendModel();
  }
}
