import type { CheckpointInfo, RunSummary } from '@contract/contract';
import type { ActiveModelView, Model } from '@contract/recognition';
import type { ModelChoice } from '@contract/schemas';
import { count, percent } from '../format';
import type { OpenRun } from './open-run.svelte';

/** A network that can read the drawing. */
interface ReaderOption {
  /** Identifies the option. */
  id: string;
  label: string;
  choice: ModelChoice;
}

export interface Readers {
  /** The built-in network, the open run in its current state or the open file, and the step that is looked at. */
  usual: ReaderOption[];
  /** The open run's checkpoints: the best, then the others, newest first. */
  checkpoints: ReaderOption[];
  /** The id of the chosen option. */
  chosen: string;
}

/** The networks that can be chosen to read the drawing. */
export function readersOf(model: ActiveModelView, runs: readonly RunSummary[]): Readers {
  const { past } = model;
  const isOpened = model.checkpoint === null && past === null && model.source !== 'bundled';
  const opened = isOpened ? model.name : model.alternative;
  const run = runs.find((summary) => summary.run === opened);
  const checkpoints = (run?.checkpoints ?? []).toSorted((a, b) => Number(b.best) - Number(a.best));
  return {
    usual: [
      { id: 'bundled', label: 'Built-in network', choice: 'bundled' },
      ...(opened ? [{ id: 'opened', label: run ? `${run.name}, newest` : opened, choice: 'opened' } as const] : []),
      ...(past && opened
        ? [{ id: 'past', label: `${run?.name ?? opened}, earlier step`, choice: { run: opened, step: past.step } }]
        : []),
    ],
    checkpoints: checkpoints.map(optionOf),
    chosen: model.checkpoint?.name ?? (past ? 'past' : model.source === 'bundled' ? 'bundled' : 'opened'),
  };
}

/** The network that reads. If it is the newest state of the shown run, it is as new as the run's reports. */
export function upToDate(model: ActiveModelView, run: Pick<OpenRun, 'name' | 'progress' | 'testAccuracy'>) {
  const isNewest =
    model.source === 'run' && model.past === null && model.checkpoint === null && model.name === run.name;
  if (!isNewest || run.progress === null) return model;
  return { ...model, step: run.progress.step, testAccuracy: run.testAccuracy };
}

/**
 * What there is to say about the network that reads, besides the words of its option.
 * @param answered the network of the shown answer: an earlier state while the chosen one learns, and another network
 *   until a new choice has answered; null if nothing is drawn
 */
export function readerWords(chosen: ActiveModelView, answered: Model | null): string {
  const isSame = answered?.source === chosen.source && answered.name === chosen.name;
  const { source, step, testAccuracy, penAccuracy } = isSame ? answered : chosen;
  const accuracy = testAccuracy === null ? null : percent(testAccuracy);
  switch (source) {
    case 'none':
      return 'There is no trained network yet. Start training, then draw.';
    case 'bundled':
      return `${accuracy ?? 'Not tested'} on MNIST${penAccuracy === null ? '' : `, ${percent(penAccuracy)} on pen drawings`}`;
    case 'weights':
      return accuracy === null ? 'Not tested yet' : `${accuracy} on the test set`;
    case 'run':
      // Its option has the step and the accuracy.
      if (chosen.checkpoint !== null) return 'A checkpoint of this run';
      // A step of the past has been tested only if it ends an epoch.
      return `Step ${count(step)}${accuracy === null ? '' : `, ${accuracy} in its last test`}`;
  }
}

function optionOf({ run, name, step, best, testAccuracy }: CheckpointInfo): ReaderOption {
  const accuracy = testAccuracy === null ? '' : `, ${percent(testAccuracy)}`;
  const label = `${best ? 'Best: step' : 'Step'} ${count(step)}${accuracy}`;
  return { id: name, label, choice: { run, name } };
}
