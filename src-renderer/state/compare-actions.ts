import type { NewTrial } from '@contract/queue';
import { request } from '../bridge';
import { Action } from './action';
import type { Comparison } from './comparison.svelte';
import type { Dialogs } from './dialogs.svelte';
import type { FileActions } from './file-actions.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

/** The state that these actions use. */
export interface CompareContext {
  readonly comparison: Comparison;
  readonly requester: Requester;
  readonly files: FileActions;
  readonly dialogs: Dialogs;
  readonly view: StudioView;
}

/** The actions of buttons on compared runs and trials. */
export class CompareActions {
  readonly #context: CompareContext;

  constructor(context: CompareContext) {
    this.#context = context;
  }

  /** Asks for another folder and offers its runs for comparison. */
  readonly addFolder = new Action(
    () => this.#context.requester.refusal,
    () =>
      this.#context.requester.ask(async () => {
        const folder = await request('addOtherFolder');
        if (folder !== null) this.#context.comparison.add(folder);
      }),
  );

  /** Saves the histories of the compared runs as a table. */
  readonly saveCsv = new Action(
    () => this.#nothing(),
    () =>
      this.#context.files.save(() =>
        request(
          'saveComparison',
          this.#context.comparison.chosen.map(({ ref }) => ref),
        ),
      ),
  );

  /** Saves the curves as a picture, which `render` returns. */
  savePicture(render: () => string): Action {
    return new Action(
      () => this.#nothing(),
      () => this.#context.files.save(() => request('saveComparisonChart', render())),
    );
  }

  /** Opens the dialog for a trial. */
  readonly showTrial = new Action(
    () => {
      const { requester, view } = this.#context;
      return requester.refusal ?? (view.folder === null ? 'Choose a folder for runs first' : null);
    },
    () => this.#context.dialogs.show('trial'),
  );

  /** Queues the runs of a trial. @param problem what is wrong with it, in words */
  tryChange(trial: NewTrial | null, problem: string | null): Action {
    return new Action(
      () => problem ?? this.#context.requester.refusal,
      () => {
        if (trial === null) return;
        this.#context.requester.change(
          () => request('tryChange', trial),
          () => this.#context.dialogs.close('trial'),
        );
      },
    );
  }

  #nothing(): string | null {
    return this.#context.comparison.runs.length === 0 ? 'No run is compared' : null;
  }
}
