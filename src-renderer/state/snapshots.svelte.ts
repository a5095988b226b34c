import type { SnapshotRoom } from '@contract/schemas';
import { request } from '../bridge';
import { Action } from './action';
import { newestOnly } from './newest-only';
import type { OpenRun } from './open-run.svelte';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

interface Context {
  readonly view: StudioView;
  readonly run: Pick<OpenRun, 'name' | 'folder'>;
  readonly requester: Requester;
  readonly problems: Problems;
}

/** The room that the time machine takes in the shown run's folder. */
export class Snapshots {
  readonly #context: Context;
  /** The size in bytes, and the run that has it, with its folder. */
  #known = $state.raw<{ run: string; folder: string | null; bytes: number } | null>(null);

  constructor(context: Context) {
    this.#context = context;
  }

  /** The size of what is kept of the shown run, in bytes; null until it is known. */
  get bytes(): number | null {
    const { run } = this.#context;
    return this.#known?.run === run.name && this.#known.folder === run.folder ? this.#known.bytes : null;
  }

  /** Finds out the size. */
  readonly measure = newestOnly(async () => {
    const { run, problems } = this.#context;
    const { name, folder } = run;
    if (name === null) return;
    try {
      const bytes = await request('getSnapshotBytes', name);
      this.#known = { run: name, folder, bytes };
    } catch (error) {
      problems.reportError(error);
    }
  });

  /** Changes the room in each run's folder. A run's snapshots shrink when it is trained again. */
  useRoom(room: SnapshotRoom): Action {
    const { requester, view } = this.#context;
    return new Action(
      () => requester.refusalToAsk,
      () =>
        requester.ask(async () => {
          await request('useSnapshotRoom', room);
          view.snapshotRoom = room;
        }),
    );
  }

  readonly remove = new Action(
    () => this.#context.requester.refusalToAsk ?? (this.bytes ? null : 'Nothing is kept of this run'),
    () => {
      const { name } = this.#context.run;
      if (name === null) return;
      this.#context.requester.ask(async () => {
        await request('removeSnapshots', name);
        this.measure();
      });
    },
  );
}
