import { isTraining } from '@contract/commands';
import type { CheckpointName, LookedAtStep, StepOfRun } from '@contract/schemas';
import { Replay, type ReplayedRun } from '../analysis/replay';
import type { Snapshot } from '../checkpoints/snapshots-file';
import type { CheckpointStore } from '../checkpoints/store';
import type { MnistDataset } from '../data/mnist';
import { createNetwork } from '../network/create-network';
import type { ActiveModel } from './active-model';
import type { OpenRun } from './open-run';
import { orComputed, replayedRun, requireShown } from './replayed-run';
import type { SessionEvents } from './session-events';
import { type SessionState, requireStore } from './session-state';

/** Shows any step of the shown run, even while it is trained. */
export class TimeMachine {
  readonly #replay = new Replay();

  constructor(
    private readonly state: Readonly<SessionState>,
    private readonly activeModel: ActiveModel,
    private readonly events: SessionEvents,
    private readonly data: Pick<MnistDataset, 'test'>,
  ) {}

  /**
   * Makes the network of a step read drawings, unless another network is chosen meanwhile. Then finds out whether it
   * equals the run, and calibrates it.
   * @throws UserError `not-now` if the run is not shown or has not reached the step; `step-not-kept`
   */
  async lookAt({ run: name, step: wanted, isPassed }: LookedAtStep): Promise<void> {
    const isWanted = this.activeModel.beginChoice();
    const run = requireShown(this.state, { run: name, step: wanted });
    const store = requireStore(this.state);
    const snapshot =
      isPassed && this.#isTraining
        ? await this.#replay.nearest(store, replayedRun(run), wanted)
        : await this.#replay.at(store, replayedRun(run), wanted, isWanted);
    if (snapshot === null || !isWanted()) return;
    const { step } = snapshot;
    const testAccuracy = this.#accuracyAt(run, step);
    const model = { source: 'run', name, step, testAccuracy, penAccuracy: null } as const;
    const network = createNetwork(snapshot.weights);
    this.activeModel.calibrations.assume(network, run.trainer.network);
    this.activeModel.choosePast({ network, model, checkpoint: null, past: { step, isExact: null } });
    // What is shown stays if this fails.
    void this.#lookCloser(run, step, isWanted).catch(() => undefined);
  }

  /** See `ActiveModel` and `orComputed`. */
  chooseCheckpoint(checkpoint: CheckpointName): Promise<void> {
    const read = () => this.activeModel.chooseCheckpoint(requireStore(this.state), checkpoint);
    return orComputed(this.state, checkpoint, read, (step) => this.lookAt(step));
  }

  /** What the shown run had learned after a step. @throws UserError as `lookAt` does */
  async stateAt(wanted: StepOfRun): Promise<Snapshot> {
    return (await this.#compute(wanted, () => Promise.resolve(null))).state;
  }

  /** As `stateAt`. @returns also whether it equals the run, see `Replay.isExact` */
  checkedStateAt(wanted: StepOfRun): Promise<{ state: Snapshot; isExact: boolean | null }> {
    return this.#compute(wanted, (replay, store, run) => replay.isExact(store, run));
  }

  async #compute(
    wanted: StepOfRun,
    check: (replay: Replay, store: CheckpointStore, run: ReplayedRun) => Promise<boolean | null>,
  ): Promise<{ state: Snapshot; isExact: boolean | null }> {
    const run = replayedRun(requireShown(this.state, wanted));
    const store = requireStore(this.state);
    // Separate from the person's replay, who may look at other steps meanwhile.
    const replay = new Replay();
    try {
      const state = (await replay.at(store, run, wanted.step))!;
      return { state, isExact: await check(replay, store, run) };
    } finally {
      replay.dispose();
    }
  }

  dispose(): void {
    this.#replay.dispose();
  }

  get #isTraining(): boolean {
    const { trained } = this.state;
    return trained !== null && isTraining(trained.state);
  }

  /** @returns the accuracy in the test after a step, 0 to 1; null if the run was not tested then */
  #accuracyAt({ trainer }: OpenRun, step: number): number | null {
    const { testCounter, testCorrect } = trainer.history;
    const correct = testCorrect[testCounter.indexOf(trainer.examplesAt(step))];
    return correct === undefined ? null : correct / this.data.test.count;
  }

  /** Takes longer than a person waits for while the handle moves, and must not slow training down. */
  async #lookCloser(run: OpenRun, step: number, isWanted: () => boolean): Promise<void> {
    const { store } = this.state;
    if (store === null || this.#isTraining) return;
    const isExact = await this.#replay.isExact(store, replayedRun(run), isWanted);
    if (!isWanted()) return;
    this.activeModel.notePast({ step, isExact });
    await this.activeModel.calibrate();
    if (isWanted()) this.events.sendModel();
  }
}
