import type { CheckpointName, StepOfRun } from '@contract/schemas';
import { UserError, problemFrom } from '../base/errors';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import type { WeightsFile } from '../exchange/weights-file';
import type { OpenRun } from './open-run';
import { OpenWeights } from './open-weights';
import type { RunFactory } from './run-factory';
import type { SessionEvents } from './session-events';
import { orComputed } from './replayed-run';
import type { SessionState } from './session-state';
import type { TimeMachine } from './time-machine';

type Past = Pick<TimeMachine, 'stateAt'>;

/** Shows a run, a run at one of its checkpoints, or weights. Training of another run continues. */
export class Display {
  constructor(
    private readonly state: SessionState,
    private readonly events: SessionEvents,
    private readonly factory: RunFactory,
    private readonly data: MnistDataset,
  ) {}

  /** @throws UserError `not-now` if no run is shown */
  get run(): OpenRun {
    const { shown } = this.state.runs;
    if (!shown) throw new UserError('not-now', 'No run is shown. Start one, or choose one from the list.');
    return shown;
  }

  /** Shows a run, or nothing, instead of what is shown. */
  show(run: OpenRun | null): void {
    this.state.weights?.dispose();
    this.state.weights = null;
    this.state.problem = null;
    this.state.runs.show(run);
    this.events.dropReports();
  }

  /** Shows a run at its newest intact checkpoint, or its state in memory if that is newer. */
  async openRun(store: CheckpointStore, name: string): Promise<void> {
    this.show(this.state.runs.find(name) ?? (await this.factory.openNewest(store, name)));
  }

  /**
   * Shows a run of a folder, or nothing if it was trained on other data.
   * @param wanted its name; the newest run is shown if this is null or missing
   */
  async openFolder(store: CheckpointStore, wanted: string | null): Promise<void> {
    this.show(null);
    const runs = await this.events.runs();
    const summary = runs.find(({ run }) => run === wanted) ?? runs[0];
    if (!summary) return;
    await this.openRun(store, summary.run).catch((error: unknown) => {
      const problem = problemFrom(error);
      if (problem.code !== 'other-data') this.state.problem = problem;
    });
  }

  /** Shows a run whose training was interrupted as failed. @param reason why it was interrupted, as a sentence */
  async openInterrupted(store: CheckpointStore, name: string, reason: string): Promise<void> {
    if (this.state.runs.shown?.name !== name) await this.openRun(store, name);
    const { run } = this;
    const { finished, step } = run.trainer;
    if (!finished) run.state = 'failed';
    const wayOn = finished ? '' : ' Resume continues from there.';
    const message = `${reason} The newest checkpoint of ${name} is at step ${step.toLocaleString('en')}.${wayOn}`;
    run.problem = { code: 'engine-died', message };
  }

  /** Shows a run at one of its checkpoints; see `orComputed`. */
  async openCheckpoint(store: CheckpointStore, checkpoint: CheckpointName, timeMachine: Past): Promise<void> {
    const { run, name } = checkpoint;
    const summary = (await store.runs()).find((candidate) => candidate.run === run);
    if (summary?.checkpoints[0]?.name === name) return this.openRun(store, run);
    const read = async () => this.show(await this.factory.openCheckpoint(store, run, name));
    return orComputed(this.state, checkpoint, read, (step) => this.openStep(store, step, timeMachine));
  }

  /** Shows the shown run at any of its steps. */
  async openStep(store: CheckpointStore, wanted: StepOfRun, timeMachine: Past): Promise<void> {
    const snapshot = await timeMachine.stateAt(wanted);
    this.show(this.factory.openStep(store, this.run, snapshot));
  }

  /** Shows weights, and starts to test them on the whole test set without waiting for it. */
  async openWeights(file: WeightsFile): Promise<void> {
    this.show(null);
    const weights = new OpenWeights(file);
    this.state.weights = weights;
    await this.events.sendAll();
    void this.#test(weights);
  }

  /** Closes all runs and weights, even unsaved ones. */
  closeAll(): void {
    this.show(null);
    this.state.runs.closeAllBut([]);
    this.state.trained = null;
  }

  /** Tests the open weights; stops if they are closed. */
  async #test(weights: OpenWeights): Promise<void> {
    try {
      await weights.test(this.data.test, () => this.state.weights === weights);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.state.problem = { code: 'test-failed', message: `${weights.model.name} could not be tested: ${reason}` };
    }
    await this.events.sendAll();
  }
}
