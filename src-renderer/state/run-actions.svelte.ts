import { type RunCommand, moreEpochsRefusal, refusalOf, removalRefusal } from '@contract/commands';
import type { CheckpointInfo, SavedFile, Studio as View } from '@contract/contract';
import type { DeviceChoice, ExportFormat, ImageChoice, ModelChoice } from '@contract/schemas';
import { request } from '../bridge';
import { Action } from './action';
import type { OpenRun } from './open-run.svelte';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import type { Settings } from './settings.svelte';
import type { StudioView } from './studio-view.svelte';

/** What these actions look at and act on. */
export interface RunContext {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly settings: Settings;
  readonly problems: Problems;
  readonly requester: Requester;
}

/** What buttons and menu items do with runs, their folder, their data and their networks. */
export class RunActions {
  readonly #context: RunContext;
  /** The person is asked what to export the network as. */
  choosingFormat = $state(false);
  /** The file that was saved last, until it is dismissed. */
  saved = $state.raw<SavedFile | null>(null);

  constructor(context: RunContext) {
    this.#context = context;
  }

  readonly chooseFolder = this.#changing('chooseFolder', async () => this.#show(await request('chooseFolder')));

  readonly openFolder = new Action(
    () => this.#context.requester.refusal ?? this.#noFolder(),
    () => this.#context.requester.ask(() => request('openFolder')),
  );

  readonly chooseData = this.#changing('changeData', async () => this.#show(await request('chooseDataFolder')));

  readonly useBundledData = this.#changing('changeData', async () => this.#show(await request('useBundledData')));

  /** Uses the images of the person's own data in this way, from now on and at the next start. */
  useImages(images: ImageChoice): Action {
    return this.#changing('changeData', async () => this.#show(await request('useImages', images)));
  }

  /** Trains and reads on another device, from now on and at the next start. */
  useDevice(choice: DeviceChoice): Action {
    return this.#changing('changeDevice', async () => this.#show(await request('useDevice', choice)));
  }

  readonly start = this.#changing(
    'start',
    async () => {
      const { settings } = this.#context;
      if (settings.config === null) return;
      await settings.save();
      await request('start', settings.config);
    },
    () => this.#noFolder() ?? (this.#context.settings.config === null ? 'Correct the settings first' : null),
  );

  readonly pause = this.#changing('pause', () => request('pause'));

  readonly resume = this.#changing('resume', () => request('resume'));

  /** Drops what could not be saved of the shown run, after a question. */
  readonly discard = this.#changing('discard', () => request('discard'));

  readonly addEpochs = this.#changing(
    'addEpochs',
    async () => {
      const { moreEpochs } = this.#context.settings;
      if (moreEpochs !== null) await request('addEpochs', moreEpochs);
    },
    () => this.#context.settings.moreEpochsError ?? this.#tooManyEpochs(),
  );

  readonly openWeights = this.#changing('openWeights', () => request('openWeights'));

  /** Reads drawings with the bundled model, or with what is open. */
  readWith(choice: ModelChoice): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => this.#context.requester.ask(() => request('readWith', choice)),
    );
  }

  readonly exportModel = new Action(
    () => {
      const { view, requester } = this.#context;
      return requester.refusal ?? (view.model.source === 'none' ? 'There is no network yet' : null);
    },
    () => (this.choosingFormat = true),
  );

  /** Exports the network that answers. */
  exportAs(format: ExportFormat): Action {
    return new Action(
      () => this.exportModel.refusal,
      () => this.#save(() => request('exportModel', format)),
    );
  }

  /** Shows the file that was saved last in the system's file manager. */
  readonly showSavedFile = new Action(
    () => null,
    () => this.#context.requester.ask(() => request('showSavedFile')),
  );

  readonly newSamples = new Action(
    () => {
      const { view, requester } = this.#context;
      return requester.refusal ?? (view.samples.length === 0 ? 'No test images are loaded' : null);
    },
    () => this.#context.requester.ask(() => request('newSamples')),
  );

  readonly saveHistory = new Action(
    () => this.noHistory(),
    () => this.#save(() => request('saveHistory')),
  );

  /** Saves the chart as a picture that `render` makes. */
  saveChart(render: () => string): Action {
    return new Action(
      () => this.noHistory(),
      () => this.#save(() => request('saveChart', render())),
    );
  }

  /** Opens a run of the folder. */
  openRun(name: string): Action {
    return this.#changing(
      'openRun',
      () => request('openRun', name),
      () => {
        const { run } = this.#context;
        return run.name === name && run.olderCheckpoint === null ? 'This run is shown' : null;
      },
    );
  }

  /** Loads the data that a run was trained on, and opens it. */
  openRunWithItsData(name: string): Action {
    return this.#changing('changeData', async () => this.#show(await request('openRunWithItsData', name)));
  }

  /** Opens a checkpoint, to draw with it and to see the run up to it. */
  openCheckpoint(checkpoint: CheckpointInfo): Action {
    return this.#changing(
      'openCheckpoint',
      () => request('openCheckpoint', nameOf(checkpoint)),
      () => {
        const { run } = this.#context;
        return run.shows(checkpoint) ? 'This checkpoint is shown' : null;
      },
    );
  }

  /** Goes on with training from a checkpoint; from a finished one, by as many epochs as are typed. */
  continueFrom(checkpoint: CheckpointInfo): Action {
    const { settings } = this.#context;
    return this.#changing(
      'openCheckpoint',
      async () => {
        await request('openCheckpoint', nameOf(checkpoint));
        if (!checkpoint.finished) await request('resume');
        else if (settings.moreEpochs !== null) await request('addEpochs', settings.moreEpochs);
      },
      () => (checkpoint.finished ? settings.moreEpochsError : null) ?? this.#refusalOf('start'),
    );
  }

  openRunFolder(name: string): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => this.#context.requester.ask(() => request('openRunFolder', name)),
    );
  }

  /** Moves a run to the trash, after a question. */
  removeRun(name: string): Action {
    return new Action(
      () => {
        const { view, requester } = this.#context;
        return requester.refusal ?? removalRefusal(name, view);
      },
      () => this.#context.requester.change(() => request('removeRun', name)),
    );
  }

  /** Why there is nothing to save or to show; null when there is. */
  noHistory(): string | null {
    const { trainLosses, testLosses } = this.#context.run.history;
    return trainLosses.length + testLosses.length === 0 ? 'No losses yet' : null;
  }

  /**
   * A command that the run's state may refuse.
   * @param send asks for it
   * @param refusal what else may refuse it
   */
  #changing(command: RunCommand, send: () => Promise<unknown>, refusal?: () => string | null): Action {
    return new Action(
      () => {
        return refusal?.() ?? this.#refusalOf(command) ?? this.#context.requester.refusal;
      },
      () => this.#context.requester.change(send),
    );
  }

  #refusalOf(command: RunCommand): string | null {
    const { run, view } = this.#context;
    return refusalOf(command, { ...run.status, trained: view.trained });
  }

  #tooManyEpochs(): string | null {
    const { run, settings } = this.#context;
    if (run.name === null || run.config === null || settings.moreEpochs === null) return null;
    return moreEpochsRefusal(run.name, run.config.epochs, settings.moreEpochs);
  }

  /** Saves a file and says what was written. */
  #save(send: () => Promise<SavedFile | null>): void {
    this.#context.requester.ask(async () => {
      this.saved = (await send()) ?? this.saved;
    });
  }

  #noFolder(): string | null {
    return this.#context.view.folder === null ? 'Choose a checkpoint folder first' : null;
  }

  /** Takes over what a person has chosen to open; null, a cancelled dialog, changes nothing. */
  #show(view: View | null): void {
    if (view === null) return;
    this.#context.view.replace(view);
    this.#context.problems.settle('start');
    if (view.problem !== null) this.#context.problems.report('start', view.problem);
  }
}

/** What the main process is told of a checkpoint: the bridge takes nothing more. */
const nameOf = ({ run, name }: CheckpointInfo) => ({ run, name });
