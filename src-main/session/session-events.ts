import type {
  EngineEventName,
  Events,
  Reports,
  RunSummary,
  RunView,
  Sample,
  TestReport,
  TrainReport,
} from '@contract/contract';
import { coalesce } from '../base/async';
import type { MnistDataset } from '../data/mnist';
import type { ActiveModel } from './active-model';
import { testLine, trainLine } from './log-lines';
import { runViewOf } from './run-view';
import { pickSamples, samplesAt } from './samples';
import type { SessionState } from './session-state';

/** Sends an event to whoever shows the session. */
export type Emit = <N extends EngineEventName>(name: N, payload: Events[N]) => void;

/** Milliseconds between two events of a kind while a run trains. */
const INTERVALS = { reports: 50, samples: 500, runs: 1000 };

const noReports = (): Omit<Reports, 'progress'> => ({ train: [], test: [], lines: [] });

/** What a window is told of a session, and when. */
export class SessionEvents {
  #samples: { round: number; indices: number[] };
  /** What happened since the last `reports` event. */
  #pending = noReports();
  /** When an event of each kind was sent last. */
  readonly #sentAt = { reports: 0, samples: 0, runs: 0 };
  readonly #sendRuns = coalesce(() => this.#listAndSendRuns());

  constructor(
    private readonly state: Readonly<SessionState>,
    private readonly activeModel: ActiveModel,
    private readonly data: MnistDataset,
    private readonly emit: Emit,
  ) {
    this.#samples = { round: 0, indices: pickSamples(data.test, 0) };
  }

  /** The open run. */
  get view(): RunView {
    return runViewOf(this.state, this.data);
  }

  /** Six test images, and what the open network takes them for. */
  get samples(): Sample[] {
    return samplesAt(this.data.test, this.#samples.indices, this.activeModel.trainedNetwork);
  }

  /** The runs of the checkpoint folder, newest first. @throws UserError when the folder cannot be read */
  async runs(): Promise<RunSummary[]> {
    return (await this.state.store?.runs()) ?? [];
  }

  /** Picks six other test images. */
  newSamples(): void {
    const round = this.#samples.round + 1;
    this.#samples = { round, indices: pickSamples(this.data.test, round) };
    this.#sendSamples();
  }

  /** Sends the whole run. Pending reports go first: the run includes them, and they must not arrive a second time. */
  sendRun(): void {
    this.#sendReports();
    this.emit('run', this.view);
  }

  /** Sends everything after a change of what is open. Resolves when the folder has been listed as well. */
  async sendAll(): Promise<void> {
    this.sendRun();
    this.sendModel();
    this.#sendSamples();
    await this.#sendRuns();
  }

  sendModel(): void {
    this.emit('model', this.activeModel.view);
  }

  /** Adds a training loss to the next reports. */
  addTrain(report: TrainReport): void {
    this.#pending.train.push(report);
    this.#pending.lines.push(trainLine(report, this.state.run!.trainer.config, this.data.train.count));
  }

  /** Adds a test to the next reports, and sends at once what the network makes of the samples now. */
  addTest(report: TestReport): void {
    this.#pending.test.push(report);
    this.#pending.lines.push(testLine(report));
    this.sendModel();
    this.#sendSamples();
  }

  /** Sends how far training is, if the last time is long enough ago. */
  progressed(): void {
    if (this.#isTimeFor('reports')) this.#sendReports();
    if (this.#isTimeFor('samples')) this.#sendSamples();
  }

  /** Sends the runs with their new checkpoints, if the last time is long enough ago. */
  checkpointWritten(): void {
    if (this.#isTimeFor('runs')) void this.#sendRuns();
  }

  /** Drops the pending reports of a run that is closed. */
  dropReports(): void {
    this.#pending = noReports();
  }

  #isTimeFor(kind: keyof typeof INTERVALS): boolean {
    const now = performance.now();
    if (now - this.#sentAt[kind] < INTERVALS[kind]) return false;
    this.#sentAt[kind] = now;
    return true;
  }

  #sendReports(): void {
    const { run, runState } = this.state;
    if (!run) return;
    this.emit('reports', { progress: run.progress(runState === 'running'), ...this.#pending });
    this.dropReports();
  }

  #sendSamples(): void {
    this.emit('samples', this.samples);
  }

  async #listAndSendRuns(): Promise<void> {
    const { store } = this.state;
    // The folder may be gone; the next request that needs it says so.
    const runs = await this.runs().catch(() => null);
    // Not of a folder that was left meanwhile.
    if (runs && store === this.state.store) this.emit('runs', runs);
  }
}
