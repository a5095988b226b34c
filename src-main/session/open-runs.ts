import { isTraining, isUnsaved } from '@contract/commands';
import type { OpenRun } from './open-run';

/**
 * The runs in memory: the shown one, and those that must stay open while another is shown. A saved run is closed once
 * it is no longer shown.
 */
export class OpenRuns {
  #shown: OpenRun | null = null;
  readonly #all = new Set<OpenRun>();

  get shown(): OpenRun | null {
    return this.#shown;
  }

  /** The runs that have unsaved steps because they could not be written. */
  get unsaved(): OpenRun[] {
    return [...this.#all].filter(isUnsaved);
  }

  /** @returns the run with this name whose state in memory is newer than on disk, or null */
  find(name: string): OpenRun | null {
    return [...this.#all].find((run) => run.name === name && mustStay(run)) ?? null;
  }

  /** Shows a run instead of the current one; null shows none. */
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

  /** Closes a run, even if it is not saved. */
  close(run: OpenRun): void {
    if (this.#shown === run) this.#shown = null;
    this.#all.delete(run);
    run.dispose();
  }

  /** Closes all runs with this name. */
  closeNamed(name: string): void {
    for (const run of this.#all) if (run.name === name) this.close(run);
  }

  /** Closes all runs but these, even unsaved ones. */
  closeAllBut(kept: readonly OpenRun[]): void {
    for (const run of this.#all) if (!kept.includes(run)) this.close(run);
  }
}

/** Whether memory has more than the disk: newer steps, or the reason why the run failed. */
function mustStay(run: OpenRun): boolean {
  return isTraining(run.state) || isUnsaved(run) || run.state === 'failed';
}
