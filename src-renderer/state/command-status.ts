import type { RunStatus } from '@contract/commands';
import type { OpenRun } from './open-run.svelte';
import { shownName } from './run-words';
import type { StudioView } from './studio-view.svelte';

/** What the table of commands decides on. Runs are called by the names that people gave them, as in the list. */
export function commandStatus(
  { status }: Pick<OpenRun, 'status'>,
  { runs, trained, queue }: Pick<StudioView, 'runs' | 'trained' | 'queue'>,
): RunStatus {
  return {
    ...status,
    run: status.run === null ? null : shownName(runs, status.run),
    trained: trained && { state: trained.state, run: shownName(runs, trained.run) },
    waiting: queue.waiting.length,
  };
}
