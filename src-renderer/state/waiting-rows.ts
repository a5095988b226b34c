import type { QueuedRun, RunSummary } from '@contract/contract';
import type { TrialPart } from '@contract/queue';
import { capital, count, many } from '../format';
import { differences, originWords, valueWords } from './run-words';

/** A row in the list of waiting runs: a run, or all waiting runs of a trial. */
export interface WaitingRow {
  /** The ids of its runs. */
  ids: string[];
  title: string;
  details: string;
  /** Why it could not be started; null if it was not tried. */
  problem: string | null;
  /** The waiting run whose data is not loaded, and the name of the data; null if it is. */
  missing: { id: string; dataset: string } | null;
}

/** "learning rate 0.01 or 0.02" */
export function trialWords({ setting, values }: Pick<TrialPart, 'setting' | 'values'>): string {
  const [first, second] = values.map((value) => valueWords(setting, value)) as [string, string];
  if (setting === 'augmentation') return 'with or without augmentation';
  if (setting === 'epochs') return `${count(Number(values[0]))} or ${second}`;
  return `${first} or ${second.split(' ').at(-1)}`;
}

/** Rows in the order of the queue. @param started the folder's runs, for their names */
export function waitingRows(waiting: readonly QueuedRun[], started: readonly RunSummary[] = []): WaitingRow[] {
  const rows = new Map<string, QueuedRun[]>();
  for (const run of waiting) {
    const key = run.trial?.id ?? run.id;
    rows.set(key, [...(rows.get(key) ?? []), run]);
  }
  return [...rows.values()].map((runs) => {
    const [first] = runs as [QueuedRun];
    const { trial, config, origin, dataset } = first;
    const about = [
      ...(trial ? [`${many(runs.length, 'run')} left`] : []),
      ...(trial ? [] : differences(config).slice(1)),
      ...(origin ? [originWords(origin, started)] : []),
      ...(dataset === 'MNIST' ? [] : [dataset]),
    ];
    return {
      ids: runs.map(({ id }) => id),
      title: trial
        ? `Trial: ${trialWords(trial)}`
        : first.name || capital(differences(config)[0] ?? 'the article’s settings'),
      details: about.join(' · '),
      problem: runs.find(({ problem }) => problem !== null)?.problem ?? null,
      missing: first.missingData === null ? null : { id: first.id, dataset },
    };
  });
}

/** More than these would push the list of runs down. */
const FEW = 3;

/**
 * The rows that are shown until the person asks for all: the next few, and those that could not be started. A single row
 * is not hidden, since the button for it would take its room.
 */
export function firstRows(rows: readonly WaitingRow[]): readonly WaitingRow[] {
  const first = rows.filter(({ problem }, i) => i < FEW || problem !== null);
  return rows.length > first.length + 1 ? first : rows;
}
