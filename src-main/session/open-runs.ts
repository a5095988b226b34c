import { isTraining, isUnsaved } from '@contract/commands';
import type { OpenRun } from './open-run';

/**
 * The runs in memory: the one that is shown, and those that must not be closed although another one is shown. A run that
 * is shown no longer, and is on the disk, is closed.
 */
export class OpenRuns {
  #shown: OpenRun | null = null;
  readonly #all = new Set<OpenRun>();

  get shown(): OpenRun | null {
    return this.#shown;
  }

  /** Those of which memory has more than the disk, because they could not be written. */
  get unsaved(): OpenRun[] {
    return [...this.#all].filter(isUnsaved);
  }

  /** @returns the run of this name that must not be read from the disk instead; null when there is none */
  find(name: string): OpenRun | null {
    return [...this.#all].find((run) => run.name === name && mustStay(run)) ?? null;
  }

  /** Shows a run instead of the one before; null shows none. */
  show(run: OpenRun | null): void {
    this.#shown = run;
    if (run) this.#all.add(run);
    this.closeUnneeded();
  }

  /** Adds a run that is trained without being shown. */
  add(run: OpenRun): void {
    this.#all.add(run);
  }

  /** Closes the runs that are not shown and need not stay. */
  closeUnneeded(): void {
    for (const run of this.#all) {
      if (run !== this.#shown && !mustStay(run)) this.close(run);
    }
  }

  /** Closes a run, whatever is lost with it. */
  close(run: OpenRun): void {
    if (this.#shown === run) this.#shown = null;
    this.#all.delete(run);
    run.dispose();
  }

  /** Closes all runs of a name. */
  closeNamed(name: string): void {
    for (const run of this.#all) if (run.name === name) this.close(run);
  }

  /** Closes all runs but these, whatever is lost with them. */
  closeAllBut(kept: readonly OpenRun[]): void {
    for (const run of this.#all) if (!kept.includes(run)) this.close(run);
  }
}

/** The disk does not have all of it: its newest steps, or why it failed. */
function mustStay(run: OpenRun): boolean {
  return isTraining(run.state) || isUnsaved(run) || run.state === 'failed';
}
