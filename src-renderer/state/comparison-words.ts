import type { ComparedRun, TrialResult } from '@contract/compare';
import type { RunSummary } from '@contract/contract';
import type { RunConfig } from '@contract/schemas';
import { capital, count, duration, many, percent } from '../format';
import { remedyWords } from './remedy-words';
import { originWords, valueWords } from './run-words';

/** A column of the table of compared runs: a setting or a result. */
export interface Column {
  title: string;
  /** One for each run. */
  values: string[];
}

const settingTitles: Record<keyof RunConfig, string> = {
  epochs: 'Epochs',
  learningRate: 'Learning rate',
  momentum: 'Momentum',
  batchSize: 'Batch size',
  augmentation: 'Augmentation',
  seed: 'Seed',
  testBatchSize: 'Test batch size',
  logInterval: 'Log interval',
  checkpointInterval: 'Checkpoint interval',
};

function settingValue(config: RunConfig, name: keyof RunConfig): string {
  const value = config[name];
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

const dataWords = ({ name, trainCount, remedy }: ComparedRun['data']) =>
  `${name}, ${count(trainCount)} images${remedy === null ? '' : `, ${remedyWords(remedy)}`}`;

/**
 * The columns in which the runs differ; none for a single run.
 * @param inFolder the runs of the folder for runs, for their names
 */
export function differingColumns(runs: readonly ComparedRun[], inFolder: readonly RunSummary[]): Column[] {
  const startedFrom = ({ origin, ref }: ComparedRun) =>
    origin ? originWords(origin, ref.folder === 0 ? inFolder : []) : 'from random weights';
  const columns: Column[] = [
    ...(Object.keys(settingTitles) as (keyof RunConfig)[]).map((name) => ({
      title: settingTitles[name],
      values: runs.map(({ config }) => settingValue(config, name)),
    })),
    { title: 'Data', values: runs.map(({ data }) => dataWords(data)) },
    { title: 'Started', values: runs.map(startedFrom) },
    { title: 'Device', values: runs.map(({ device }) => device) },
  ];
  return columns.filter(({ values }) => new Set(values).size > 1);
}

/** "97.0% (96.6 to 97.3)" */
function accuracyWords({ correct, total, interval }: NonNullable<ComparedRun['test']>): string {
  const points = (fraction: number) => (100 * fraction).toFixed(1);
  return `${percent(correct / total)} (${points(interval.low)} to ${points(interval.high)})`;
}

export function resultColumns(runs: readonly ComparedRun[]): Column[] {
  return [
    {
      title: 'Test accuracy (95% interval)',
      values: runs.map(({ test }) => (test === null ? 'not tested yet' : accuracyWords(test))),
    },
    { title: 'Test loss', values: runs.map(({ test }) => (test === null ? '–' : test.loss.toFixed(4))) },
    { title: 'Epochs done', values: runs.map(({ epochsDone }) => count(epochsDone)) },
    {
      title: 'Training time',
      values: runs.map(({ times }) => duration(times.at(-1)?.seconds ?? 0)),
    },
  ];
}

/** Why the accuracies of these runs cannot be compared; null if they can. */
export function dataWarning(runs: readonly ComparedRun[]): string | null {
  const names = new Map(runs.map(({ data }) => [data.sha256, data.name]));
  if (names.size < 2) return null;
  const words =
    new Set(names.values()).size > 1 ? [...names.values()].join(' and ') : 'different data with the same name';
  return `These runs were trained and tested on ${words}, so their accuracies cannot be compared.`;
}

/** Below this, chance is an unlikely explanation. */
const UNLIKELY = 0.05;

/** "run-2 is better. It alone reads 31 images correctly, run-1 alone 12. This is unlikely to be chance (p = 0.005)." */
export function pairSentence(
  [first, second]: readonly [string, string],
  { onlyFirst, onlySecond, pValue }: { onlyFirst: number; onlySecond: number; pValue: number },
): string {
  if (onlyFirst + onlySecond === 0) return `${first} and ${second} read the same images correctly.`;
  const [better, other, more, fewer] =
    onlyFirst > onlySecond ? [first, second, onlyFirst, onlySecond] : [second, first, onlySecond, onlyFirst];
  const images = `${many(more, 'image')} correctly, ${other} alone ${count(fewer)}`;
  const chance = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
  if (pValue < UNLIKELY)
    return `${better} is better. It alone reads ${images}. This is unlikely to be chance (${chance}).`;
  return `Neither is clearly better. ${better} alone reads ${images}. This could be chance (${chance}).`;
}

/** What a trial found, in a sentence. */
export function trialSentence({ trial, verdict, pairs }: TrialResult): string {
  const [first, second] = trial.values.map((value) => valueWords(trial.setting, value)) as [string, string];
  if (verdict === null) {
    return `Seeds trained with both values: ${pairs.length} of ${trial.seeds}. A verdict needs at least three.`;
  }
  const points = (fraction: number) => `${fraction < 0 ? '−' : '+'}${Math.abs(100 * fraction).toFixed(2)}`;
  const { low, high } = verdict.interval;
  const interval = `97% interval ${points(low)} to ${points(high)}`;
  const change = `${points(verdict.mean)} points of test accuracy (${interval}, ${many(pairs.length, 'seed')})`;
  if (!verdict.differs) return `No clear difference between ${first} and ${second}: ${second} gives ${change}.`;
  const [better, other] = verdict.mean > 0 ? [second, first] : [first, second];
  return `${capital(better)} is better than ${other}: ${second} gives ${change}.`;
}
