import { hash } from 'node:crypto';
import { join } from 'node:path';
import { moreEpochsRefusal } from '@contract/commands';
import type { Device, RunOrigin } from '@contract/contract';
import type { CheckpointName, RunConfig } from '@contract/schemas';
import type { SerialQueue } from '../base/async';
import { UserError } from '../base/errors';
import type { QueueEntry } from '../checkpoints/queue-folder';
import type { RunFile } from '../checkpoints/run-file';
import { encodeSafetensors } from '../checkpoints/safetensors';
import { MODEL_FILE } from '../checkpoints/state-file';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import type { Calibrations } from './calibrations';
import type { Display } from './display';
import type { OpenRun } from './open-run';
import { noteOrigin, writeLessonOf } from './origin';
import type { PinnedDrawing } from './pinned-drawing';
import { orComputed } from './replayed-run';
import { claimRun } from './run-claim';
import type { Beginning, RunFactory } from './run-factory';
import type { SessionEvents } from './session-events';
import type { SessionState } from './session-state';
import type { TimeMachine } from './time-machine';
import { trainInTurns } from './training-loop';

interface Parts {
  state: SessionState;
  display: Display;
  events: SessionEvents;
  factory: RunFactory;
  device: Device;
  calibrations: Calibrations;
  /** The session's. */
  commands: SerialQueue;
  /** Read again after each test of the run that is trained. */
  pinned: PinnedDrawing;
  /** Called when training of the run has ended. */
  onEnd: () => void;
  timeMachine: Pick<TimeMachine, 'stateAt'>;
}

/** Trains one run at a time: a new one, or the shown one. The caller must ensure that no other run is trained. */
export class RunTraining {
  /** The training loop; not null exactly while the trained run's state is `running` or `pausing`. */
  #loop: Promise<void> | null = null;
  #pauseRequested = false;

  constructor(private readonly parts: Parts) {}

  /** Whether a pause was requested since the last training began. */
  get isPauseRequested(): boolean {
    return this.#pauseRequested;
  }

  /**
   * Starts a new run, from the open weights if there are any, and shows it.
   * @param name the run's name; by default the first free one of run-1, run-2, ...
   * @throws UserError `run-exists`, `folder-unusable`
   */
  async start(store: CheckpointStore, config: RunConfig, name?: string, stopAfterSteps?: number): Promise<void> {
    const { state } = this.parts;
    if (name !== undefined && (await store.runs()).some(({ run }) => run === name)) {
      throw new UserError(
        'run-exists',
        `${join(store.folder, name)} already exists. Resume it, or choose another name.`,
      );
    }
    await this.#start(store, config, state.weights?.content ?? null, { name, stopAfterSteps });
  }

  /**
   * Starts a new run from a checkpoint's weights, without its momentum, or from weights drawn from the seed.
   * @throws UserError saying what is wrong with the checkpoint, `folder-unusable`
   */
  async startFrom(store: CheckpointStore, config: RunConfig, from: CheckpointName | null): Promise<void> {
    const read = await this.beginningFrom(store, from);
    return this.#start(store, config, read?.beginning ?? null, { origin: read?.origin });
  }

  /**
   * Starts a waiting run. It is shown only if nothing else is.
   * @throws UserError `folder-unusable`
   */
  async startQueued(store: CheckpointStore, entry: QueueEntry, from: Beginning | null): Promise<void> {
    const { runs, weights } = this.parts.state;
    const { config, trial, name: title, weights: kept } = entry;
    const about = { ...(title !== '' && { name: title }), ...(trial && { trial }) };
    await this.#start(store, config, from, {
      origin: kept?.origin,
      about,
      isShown: runs.shown === null && weights === null,
    });
  }

  /**
   * Starts a run that learns a person's digits, and shows it.
   * @param lesson see `makeLesson`
   * @throws UserError `folder-unusable`
   */
  async startLesson(
    store: CheckpointStore,
    config: RunConfig,
    { beginning, origin }: { beginning: Beginning; origin: RunOrigin },
    lesson: MnistDataset,
  ): Promise<void> {
    await this.#start(store, config, beginning, { origin, data: lesson });
  }

  /**
   * Returns a new run's initial weights: those of a checkpoint, without its momentum, or those of the open file.
   * @returns null for weights drawn from the seed
   * @throws UserError saying what is wrong with the checkpoint; `not-now` if no file is open
   */
  async beginningFrom(
    store: CheckpointStore,
    from: CheckpointName | 'weights' | null,
  ): Promise<{ beginning: Beginning; origin: RunOrigin } | null> {
    if (from === null) return null;
    if (from === 'weights') {
      const file = this.parts.state.weights?.content;
      if (!file) throw new UserError('not-now', 'No weights file is open. Open one, or start from random weights.');
      return { beginning: file, origin: { file: file.origin.file } };
    }
    const read = () => store.read(from.run, from.name).then(({ weights, state: { step } }) => ({ weights, step }));
    const { weights, step } = await orComputed(this.parts.state, from, read, (wanted) =>
      this.parts.timeMachine.stateAt(wanted),
    );
    const file = `${from.run}/${from.name}/${MODEL_FILE}`;
    const sha256 = hash('sha256', encodeSafetensors(weights), 'hex');
    return { beginning: { weights, momentum: null, origin: { file, sha256 } }, origin: { run: from.run, step } };
  }

  /** @param from the initial weights @param more `origin`, `about`: for the run's `run.json` */
  async #start(
    store: CheckpointStore,
    config: RunConfig,
    from: Beginning | null,
    more: {
      name?: string | undefined;
      stopAfterSteps?: number | undefined;
      origin?: RunOrigin | undefined;
      about?: Pick<RunFile, 'name' | 'trial'>;
      isShown?: boolean;
      /** A lesson; by default the loaded data. */
      data?: MnistDataset;
    } = {},
  ): Promise<void> {
    const { display, factory, state } = this.parts;
    const { run: name, lock } = await store.create(more.name);
    await noteOrigin(store, name, {
      config,
      origin: more.origin ?? (from && { file: from.origin.file }),
      ...more.about,
    });
    const run = factory.begin(store, name, lock, config, from, more.data);
    try {
      writeLessonOf(run, store, { run: name, lock });
    } catch (error) {
      run.dispose();
      throw error;
    }
    if (more.isShown ?? true) display.show(run);
    else state.runs.add(run);
    this.#begin(run, more.stopAfterSteps);
  }

  /** Continues the shown run, after a failure from its newest checkpoint. @throws UserError as `claimRun` does */
  async resume(store: CheckpointStore, stopAfterSteps?: number): Promise<void> {
    const run = await this.#claimShown(store);
    if (run) this.#begin(run, stopAfterSteps);
  }

  /** Adds epochs to the shown run and continues it. @throws UserError `too-many-epochs`, and as `claimRun` does */
  async addEpochs(store: CheckpointStore, epochs: number, stopAfterSteps?: number): Promise<void> {
    requireRoom(this.parts.display.run, epochs);
    const run = await this.#claimShown(store);
    if (!run) return;
    requireRoom(run, epochs);
    run.trainer.addEpochs(epochs);
    this.#begin(run, stopAfterSteps);
  }

  /** Pauses after the current step. Resolves when no run is trained and the checkpoint is on disk. */
  async pause(): Promise<void> {
    const { trained } = this.parts.state;
    this.#pauseRequested = true;
    if (trained?.state === 'running') {
      trained.state = 'pausing';
      this.parts.events.trainedChanged();
    }
    await this.#loop;
  }

  /** Resolves when no run is trained. */
  async settled(): Promise<void> {
    await this.#loop;
  }

  /**
   * Locks the shown run for writing.
   * @returns the run to train, which is shown; null if its folder is gone and could not be recreated, as the run's
   *   problem then says
   */
  async #claimShown(store: CheckpointStore): Promise<OpenRun | null> {
    const { state, display, events, factory } = this.parts;
    const shown = display.run;
    try {
      const claimed = await claimRun(shown, store, factory);
      if (claimed !== shown) {
        state.runs.close(shown);
        display.show(claimed);
      }
      return claimed;
    } catch (error) {
      if (!(error instanceof UserError && error.code === 'checkpoint-not-written')) throw error;
      shown.rest(error);
      await events.sendAll();
      return null;
    }
  }

  #begin(run: OpenRun, stopAfterSteps = Infinity): void {
    const { state, events, pinned } = this.parts;
    this.#pauseRequested = false;
    state.trained = run;
    run.problem = null;
    run.noteDevice();
    pinned.follow(run.identity.id);
    run.state = 'running';
    events.trainedChanged();
    // Its name or step may have changed.
    events.sendModel();
    this.#loop = this.#trainAndRest(run, stopAfterSteps);
  }

  async #trainAndRest(run: OpenRun, stopAfterSteps: number): Promise<void> {
    const { state, events, device, calibrations, commands, pinned } = this.parts;
    let failure: unknown = null;
    try {
      await trainInTurns(run, {
        device,
        calibrations,
        commands,
        stopAfterSteps,
        isPauseRequested: () => this.#pauseRequested,
        onTrain: (report) => events.addTrain(report),
        onTest: (report) => {
          events.addTest(report);
          pinned.readAgain(run.trainer.network, report.epoch);
        },
        onProgress: () => events.progressed(),
      });
      await run.finishSave();
    } catch (error) {
      failure = error;
    }
    // Must change in the same turn as the run's state, after which another loop may start.
    this.#loop = null;
    run.rest(failure);
    state.runs.closeUnneeded();
    void events.sendAll();
    this.parts.onEnd();
  }
}

/** @throws UserError `too-many-epochs` */
function requireRoom({ name, trainer }: OpenRun, epochs: number): void {
  const refusal = moreEpochsRefusal(name, trainer.config.epochs, epochs);
  if (refusal !== null) throw new UserError('too-many-epochs', refusal);
}
