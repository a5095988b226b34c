import type { CheckpointInfo } from '@contract/contract';
import { count } from '../format';
import type { OpenRun } from './open-run.svelte';
import { shownName } from './run-words';
import type { StudioView } from './studio-view.svelte';

/** The source of a new run's initial weights. */
export type Beginning = 'nothing' | 'run' | 'weights';

/** The source of the next run's initial weights. Its settings are in `Settings`. */
export class NewRun {
  readonly #view: StudioView;
  readonly #run: OpenRun;
  #chosen = $state.raw<Beginning | null>(null);

  constructor(view: StudioView, run: OpenRun) {
    this.#view = view;
    this.#run = run;
  }

  /** The name of the open weights file, or null. */
  readonly weights = $derived.by(() => {
    const { source, name, alternative } = this.#view.model;
    if (source === 'weights') return name;
    return source === 'bundled' && this.#run.name === null ? alternative : null;
  });

  /** The shown checkpoint, or null. */
  readonly checkpoint = $derived.by((): CheckpointInfo | null => {
    const { name, olderCheckpoint } = this.#run;
    const checkpoints = this.#view.runs.find(({ run }) => run === name)?.checkpoints ?? [];
    return checkpoints.find((checkpoint) => checkpoint.name === olderCheckpoint) ?? checkpoints[0] ?? null;
  });

  /** The current source: the chosen one if available, else the open weights, else nothing. */
  readonly beginning = $derived.by((): Beginning => {
    if (this.#chosen === 'nothing') return 'nothing';
    if (this.#chosen === 'run' && this.checkpoint !== null) return 'run';
    return this.weights === null ? 'nothing' : 'weights';
  });

  choose(beginning: Beginning | null): void {
    this.#chosen = beginning;
  }

  /** "run-1, step 1,480"; null if no run is shown */
  readonly runWords = $derived.by(() => {
    const { checkpoint } = this;
    return checkpoint && `${shownName(this.#view.runs, checkpoint.run)}, step ${count(checkpoint.step)}`;
  });

  /** The button's label. */
  readonly label = $derived(
    { nothing: 'Train', run: `Train from ${this.runWords}`, weights: `Train from ${this.weights}` }[this.beginning],
  );
}
