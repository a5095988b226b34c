import type { RunSummary, RunView, Sample, TestReport, TrainReport } from '@contract/contract';
import type { MnistDataset } from '../data/mnist';
import type { ActiveModel } from './active-model';
import { logOf, testLine, trainLine } from './log-lines';
import { type Emit, Reporter } from './reporter';
import { pickSamples, samplesAt } from './samples';
import type { SessionState } from './session-state';

const LOG_LINES = 1000;

/** What there is to see of a session, and when it is sent. */
export class SessionEvents {
  readonly #reporter: Reporter;
  #samples: { round: number; indices: number[] };

  constructor(
    private readonly now: Readonly<SessionState>,
    private readonly activeModel: ActiveModel,
    private readonly data: MnistDataset,
    private readonly emit: Emit,
  ) {
    this.#reporter = new Reporter(emit);
    this.#samples = { round: 0, indices: pickSamples(data.test, 0) };
  }

  get view(): RunView {
    const { run, weights, state, problem } = this.now;
    if (!run) {
      const history = { trainLosses: [], trainCounter: [], testLosses: [], testCounter: [], testCorrect: [] };
      const none = { run: null, olderCheckpoint: null, begunFrom: null, config: null, progress: null };
      return { state, problem, ...none, history, testTotal: 0, log: weights?.log ?? [] };
    }
    const { config, history } = run.trainer;
    const testTotal = this.data.test.count;
    return {
      state,
      run: run.name,
      olderCheckpoint: run.olderCheckpoint,
      begunFrom: run.begunFrom,
      config,
      progress: run.progress(state === 'running'),
      history: structuredClone(history),
      testTotal,
      log: logOf(history, config, this.data.train.count, testTotal).slice(-LOG_LINES),
      problem,
    };
  }

  get samples(): Sample[] {
    const { trainer, identity } = this.now.run ?? {};
    const trained = trainer && (trainer.step > 0 || identity?.origin) ? trainer.network : this.now.weights?.network;
    return samplesAt(this.data.test, this.#samples.indices, trained ?? null);
  }

  async runs(): Promise<RunSummary[]> {
    return (await this.now.store?.runs()) ?? [];
  }

  /** Picks six other test images. */
  newSamples(): void {
    const round = this.#samples.round + 1;
    this.#samples = { round, indices: pickSamples(this.data.test, round) };
    this.emit('samples', this.samples);
  }

  /** Tells the whole run. Reports that wait go first: the run holds them, and they must not come twice. */
  tellRun(): void {
    this.#sendReports();
    this.emit('run', this.view);
  }

  /** Sends everything; after a change of state, when the order of events matters to a window. */
  async tellAll(): Promise<void> {
    this.tellRun();
    this.emit('model', this.activeModel.model);
    this.emit('samples', this.samples);
    // The folder may have gone away; the next request says so.
    const runs = await this.runs().catch(() => null);
    if (runs) this.emit('runs', runs);
  }

  tellModel(): void {
    this.emit('model', this.activeModel.model);
  }

  /** Notes a loss; told with the next reports. */
  addTrain(report: TrainReport): void {
    const { config } = this.now.run!.trainer;
    this.#reporter.addTrain(report, trainLine(report, config, this.data.train.count));
  }

  /** Notes a test, told with the next reports, and tells at once what the network makes of the samples now. */
  addTest(report: TestReport): void {
    this.#reporter.addTest(report, testLine(report));
    this.tellModel();
    this.emit('samples', this.samples);
  }

  /** Tells how far training is, where it is time for that. */
  tellProgress(): void {
    if (this.#reporter.isTimeFor('reports')) this.#sendReports();
    if (this.#reporter.isTimeFor('samples')) this.emit('samples', this.samples);
  }

  /** Tells of the runs' new checkpoints, where it is time for that. */
  tellRuns(): void {
    if (!this.#reporter.isTimeFor('runs')) return;
    this.runs().then(
      (runs) => this.emit('runs', runs),
      () => undefined,
    );
  }

  /** Drops what was gathered of a run that is closed. */
  forget(): void {
    this.#reporter.forget();
  }

  #sendReports(): void {
    const { run, state } = this.now;
    if (run) this.#reporter.send(run.progress(state === 'running'));
  }
}
