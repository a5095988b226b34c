import type { ComparedRun, RunRef, TrialResult, UnreadableRun } from '@contract/compare';
import type { CheckpointInfo, RunSummary } from '@contract/contract';
import type { History } from '@contract/schemas';
import { wilsonInterval } from '../analysis/results';
import { verdictOf } from '../analysis/trial-verdict';
import { UserError, noFolderError, problemFrom } from '../base/errors';
import { MAX_LOOKS } from '../checkpoints/listing';
import { CheckpointStore, type SavedRun } from '../checkpoints/store';
import type { Weights } from '../network/parameters';
import { condense } from './condense';
import { historyCsv } from './history-csv';
import type { OpenRun } from './open-run';
import type { OtherFolders } from './other-folders';
import type { SessionState } from './session-state';

/** How many training losses of a run are sent to the window. */
const MAX_LOSSES = 1000;

/** Reads runs to compare them. Nothing is written, and no run is locked. */
export class Comparison {
  /** Each folder has a store of its own: entries cached here must not mislead the store that writes. */
  readonly #stores = new Map<string, CheckpointStore>();
  /** The checkpoint of each run that was read last, by folder and name. */
  readonly #known = new Map<string, { checkpoint: string; run: ComparedRun; weights: Weights }>();

  constructor(
    private readonly state: Readonly<SessionState>,
    private readonly others: OtherFolders,
  ) {}

  /** Each run as it is now. For a run that cannot be read, the reason. */
  compare(refs: readonly RunRef[]): Promise<(ComparedRun | UnreadableRun)[]> {
    return Promise.all(
      refs.map((ref) =>
        this.#look(ref).then(
          ({ run }) => run,
          (error: unknown): UnreadableRun => ({ ref, problem: problemFrom(error).message }),
        ),
      ),
    );
  }

  /** A run's newest weights on disk, and the run they belong to. @throws UserError saying why they cannot be read */
  async weightsOf(ref: RunRef): Promise<{ run: ComparedRun; weights: Weights }> {
    return this.#readNewest(ref);
  }

  /** The histories as one CSV table. @throws UserError `no-run` if none of the runs can be read */
  async csv(refs: readonly RunRef[]): Promise<string> {
    const runs = (await this.compare(refs)).filter((run): run is ComparedRun => 'config' in run);
    if (runs.length === 0) throw new UserError('no-run', 'None of the compared runs can be read. Choose other runs.');
    const tables = runs.map(({ name, config, history, data }) =>
      historyCsv(
        { name, config, history },
        { name: data.name, train: { count: data.trainCount }, test: { count: data.testCount } },
      ),
    );
    return tables.map((table, i) => (i === 0 ? table : table.slice(table.indexOf('\n') + 1))).join('');
  }

  /** @returns what a trial has found so far; null if the folder has no run of it */
  async trial(id: string): Promise<TrialResult | null> {
    const summaries = (await this.#storeOf(0).runs()).filter(({ trial }) => trial?.id === id);
    const [first] = summaries;
    if (!first?.trial) return null;
    const { setting, values, seeds } = first.trial;
    const found: TrialResult['runs'] = [];
    for (const { run, trial: part } of summaries.toSorted(byNumber)) {
      const [compared] = await this.compare([{ run, folder: 0 }]);
      if (compared && 'config' in compared) found.push({ ...compared, side: part!.side });
    }
    const { total, pairs } = pairsOf(found);
    const verdict = verdictOf(
      pairs.map(({ accuracies }) => accuracies),
      total,
    );
    return { trial: { id, setting, values, seeds }, runs: found, pairs, verdict };
  }

  /** A run in memory is newer than its newest checkpoint. */
  async #look(ref: RunRef): Promise<{ run: ComparedRun }> {
    const open = ref.folder === 0 ? this.#openRun(ref.run) : null;
    if (open === null) return this.#readNewest(ref);
    const { run } = await this.#readNewest(ref);
    const { history, step, stepsPerEpoch, examplesSeen, finished, config } = open.trainer;
    const times = [
      ...run.times.filter((time) => time.examplesSeen < examplesSeen),
      { examplesSeen, seconds: open.secondsTraining },
    ];
    const { testCount } = run.data;
    const now = {
      config,
      step,
      epochsDone: Math.floor(step / stepsPerEpoch),
      finished,
      times,
      device: open.trainedOn ?? run.device,
    };
    return { run: { ...run, ...now, history: condense(history, MAX_LOSSES), test: lastTestOf(history, testCount) } };
  }

  #openRun(name: string): OpenRun | null {
    const { runs, trained } = this.state;
    const open = runs.find(name);
    return open ?? (trained?.name === name && runs.shown === trained ? trained : null);
  }

  /**
   * While a run is trained, its newest checkpoints may be removed before they are read, and at the end of its first epoch
   * all of them.
   * @param looks how many times the checkpoints are listed at most
   */
  async #readNewest(ref: RunRef, looks = MAX_LOOKS): Promise<{ run: ComparedRun; weights: Weights }> {
    const store = this.#storeOf(ref.folder);
    const summary = (await store.runs()).find(({ run }) => run === ref.run);
    for (const checkpoint of summary?.checkpoints ?? []) {
      try {
        return await this.#read(store, ref, summary!, checkpoint);
      } catch (error) {
        if (!(error instanceof UserError && error.code === 'checkpoint-gone')) throw error;
      }
    }
    // All were replaced by newer ones before they were read.
    if (summary?.checkpoints.length && looks > 1) return this.#readNewest(ref, looks - 1);
    throw new UserError(
      'run-missing',
      `${ref.run} in ${store.folder} has no checkpoint that can be read. Choose another run.`,
    );
  }

  async #read(
    store: CheckpointStore,
    ref: RunRef,
    summary: RunSummary,
    { name, savedAt }: CheckpointInfo,
  ): Promise<{ run: ComparedRun; weights: Weights }> {
    const key = `${store.folder}\n${ref.run}`;
    const checkpoint = `${name} ${savedAt}`;
    const known = this.#known.get(key);
    if (known?.checkpoint === checkpoint) return { ...known, run: { ...known.run, name: summary.name } };
    const saved = await store.read(ref.run, name);
    const run = describe(ref, summary, saved, await store.timesOf(ref.run));
    const read = { checkpoint, run, weights: saved.weights };
    this.#known.set(key, read);
    return read;
  }

  #storeOf(number: number): CheckpointStore {
    const folder = number === 0 ? this.state.store?.folder : this.others.path(number);
    if (folder === undefined) throw noFolderError();
    let store = this.#stores.get(folder);
    if (!store) this.#stores.set(folder, (store = new CheckpointStore(folder)));
    return store;
  }
}

function describe(
  ref: RunRef,
  { name, origin }: RunSummary,
  { state, history }: SavedRun,
  times: ComparedRun['times'],
): ComparedRun {
  const { runId, config, dataset, device, step } = state;
  const { testCount, remedy = null } = dataset;
  const perEpoch = Math.ceil(dataset.trainCount / config.batchSize);
  return {
    ref,
    runId,
    name,
    config,
    data: { ...dataset, remedy },
    origin,
    device,
    step,
    epochsDone: Math.floor(step / perEpoch),
    finished: step >= config.epochs * perEpoch,
    history: condense(history, MAX_LOSSES),
    times,
    test: lastTestOf(history, testCount),
  };
}

function lastTestOf({ testCorrect, testLosses }: History, total: number): ComparedRun['test'] {
  const correct = testCorrect.at(-1);
  const loss = testLosses.at(-1);
  if (correct === undefined || loss === undefined) return null;
  return { correct, total, loss, interval: wilsonInterval(correct, total) };
}

/** The seeds for which both runs are finished and were tested on the same images. */
function pairsOf(runs: TrialResult['runs']): Pick<TrialResult, 'pairs'> & { total: number } {
  const finished = runs.filter(({ finished: isDone, test }) => isDone && test !== null);
  const sha256 = finished[0]?.data.sha256;
  const comparable = finished.filter(({ data }) => data.sha256 === sha256);
  const accuracyOf = (seed: number, side: 0 | 1) => {
    const test = comparable.find((run) => run.side === side && run.config.seed === seed)?.test;
    return test ? test.correct / test.total : null;
  };
  const pairs = [...new Set(comparable.map(({ config }) => config.seed))].flatMap((seed) => {
    const [first, second] = [accuracyOf(seed, 0), accuracyOf(seed, 1)];
    return first === null || second === null ? [] : [{ seed, accuracies: [first, second] as [number, number] }];
  });
  return { pairs, total: comparable[0]?.data.testCount ?? 1 };
}

const byNumber = (a: RunSummary, b: RunSummary) => a.run.localeCompare(b.run, 'en', { numeric: true });
