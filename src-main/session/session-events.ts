import type {
  EngineEventName,
  Events,
  Reports,
  RunSummary,
  RunView,
  Sample,
  TestReport,
  TrainReport,
  TrainedRun,
} from '@contract/contract';
import type { Queue } from '@contract/contract';
import { coalesce } from '../base/async';
import type { MnistDataset } from '../data/mnist';
import type { ActiveModel } from './active-model';
import { testLine, trainLine } from './log-lines';
import type { OpenRun } from './open-run';
import { runViewOf } from './run-view';
import { pickSamples, samplesAt } from './samples';
import type { SessionState } from './session-state';

/** Sends an event to the window. */
export type Emit = <N extends EngineEventName>(name: N, payload: Events[N]) => void;

/** The minimum interval between events of each kind during training, in milliseconds. */
const INTERVALS = { reports: 50, ranking: 100, trained: 250, samples: 500, runs: 1000 };

const noReports = (): Omit<Reports, 'progress'> => ({ train: [], test: [], lines: [] });

/** Decides which events of a session the window receives, and when. */
export class SessionEvents {
  #samples: { round: number; indices: number[] };
  /** Reports of the shown run since the last `reports` event. */
  #pending = noReports();
  /** When the last event of each kind was sent. */
  readonly #sentAt = { reports: 0, ranking: 0, trained: 0, samples: 0, runs: 0 };
  /** Lists the folder and sends its runs. */
  readonly sendRuns = coalesce(() => this.#listAndSendRuns());

  constructor(
    private readonly state: Readonly<SessionState>,
    private readonly activeModel: ActiveModel,
    private readonly data: Pick<MnistDataset, 'test'>,
    private readonly emit: Emit,
  ) {
    this.#samples = { round: 0, indices: pickSamples(data.test, 0) };
  }

  /** The shown run. */
  get view(): RunView {
    return runViewOf(this.state);
  }

  /** The run that is or was last trained, or null. */
  get trained(): TrainedRun | null {
    return this.state.trained?.trainedView ?? null;
  }

  /** The waiting runs. */
  get queue(): Queue {
    return this.state.queue.view;
  }

  /** Six test images with the shown network's predictions. */
  get samples(): Sample[] {
    return samplesAt(this.data.test, this.#samples.indices, this.activeModel.trainedNetwork);
  }

  /**
   * Lists the runs that are only in memory, then those of the checkpoint folder, newest first.
   * @throws UserError if the folder cannot be read
   */
  async runs(): Promise<RunSummary[]> {
    const listed = (await this.state.store?.runs()) ?? [];
    const { unsaved } = this.state.runs;
    const isUnsaved = ({ run }: RunSummary) => unsaved.some(({ name }) => name === run);
    const isListed = ({ name }: OpenRun) => listed.some(({ run }) => run === name);
    return [
      ...unsaved.filter((run) => !isListed(run)).map(summaryOf),
      ...listed.map((summary) => (isUnsaved(summary) ? { ...summary, unsaved: true as const } : summary)),
    ];
  }

  /** Picks six other test images. */
  newSamples(): void {
    const round = this.#samples.round + 1;
    this.#samples = { round, indices: pickSamples(this.data.test, round) };
    this.sendSamples();
  }

  /** Sends the whole run. Pending reports are sent first: the run includes them, and they must not arrive later. */
  sendRun(): void {
    this.#sendReports();
    this.emit('run', this.view);
  }

  /** Sends everything after something else is shown. Resolves when the folder has been listed too. */
  async sendAll(): Promise<void> {
    this.trainedChanged();
    this.sendModel();
    this.sendSamples();
    await this.sendRuns();
  }

  /** Sends the trained run and the shown run, which may be the same. */
  trainedChanged(): void {
    this.#sendTrained();
    this.sendRun();
  }

  sendQueue(): void {
    this.emit('queue', this.state.queue.view);
  }

  sendModel(): void {
    this.emit('model', this.activeModel.view);
  }

  /** Adds a training loss to the next reports if the trained run is shown. */
  addTrain(report: TrainReport): void {
    const run = this.#shownAndTrained;
    if (!run) return;
    this.#pending.train.push(report);
    this.#pending.lines.push(trainLine(report, run.trainer.config, run.trainer.data.train.count));
  }

  /**
   * Adds a test to the next reports and sends the new predictions for the samples at once, if the trained run is shown.
   */
  addTest(report: TestReport): void {
    if (!this.#shownAndTrained) return;
    this.#pending.test.push(report);
    this.#pending.lines.push(testLine(report));
    this.sendModel();
    this.sendSamples();
  }

  /** Sends the training progress, at most once per interval. */
  progressed(): void {
    if (this.#isTimeFor('trained')) this.#sendTrained();
    if (!this.#shownAndTrained) return;
    if (this.#isTimeFor('reports')) this.#sendReports();
    if (this.#isTimeFor('samples')) this.sendSamples();
  }

  /** Sends the runs with their new checkpoints, at most once per interval. */
  checkpointWritten(): void {
    if (this.#isTimeFor('runs')) void this.sendRuns();
  }

  /** Sends how much of a ranking of the network's parts is done, at most once per interval. */
  readonly rankingProgressed = (done: number): void => {
    if (this.#isTimeFor('ranking')) this.emit('rankingProgress', done);
  };

  /** Drops the pending reports of a run that is no longer shown. */
  dropReports(): void {
    this.#pending = noReports();
  }

  #isTimeFor(kind: keyof typeof INTERVALS): boolean {
    const now = performance.now();
    if (now - this.#sentAt[kind] < INTERVALS[kind]) return false;
    this.#sentAt[kind] = now;
    return true;
  }

  get #shownAndTrained(): OpenRun | null {
    const { runs, trained } = this.state;
    return runs.shown === trained ? trained : null;
  }

  #sendReports(): void {
    const run = this.#shownAndTrained;
    if (!run) return;
    this.emit('reports', { progress: run.progress, ...this.#pending });
    this.dropReports();
  }

  #sendTrained(): void {
    this.emit('trained', this.trained);
  }

  /** Sends the predictions for the six test images. */
  sendSamples(): void {
    this.emit('samples', this.samples);
  }

  async #listAndSendRuns(): Promise<void> {
    const { store } = this.state;
    // The folder may be gone; the next request that needs it says so.
    const runs = await this.runs().catch(() => null);
    // Another folder may have been chosen meanwhile.
    if (runs && store === this.state.store) this.emit('runs', runs);
  }
}

/** Summarises a run that is only in memory. */
function summaryOf(run: OpenRun): RunSummary {
  const { config, finished, history, data } = run.trainer;
  const correct = history.testCorrect.at(-1);
  const testAccuracy = correct === undefined ? null : correct / data.test.count;
  const base = { run: run.name, epochs: config.epochs, finished, testAccuracy };
  const about = { name: run.name, note: '', config, dataset: null, device: null, origin: null, trial: null };
  return { ...base, ...about, checkpoints: [], warning: null, unsaved: true };
}
