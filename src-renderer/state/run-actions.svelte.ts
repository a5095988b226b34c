import { type RunCommand, moreEpochsRefusal, refusalOf, removalRefusal } from '@contract/commands';
import type { CheckpointInfo, Studio as View } from '@contract/contract';
import type { DeviceChoice, ImageChoice, ModelChoice, RunConfig, RunDetails } from '@contract/schemas';
import { request } from '../bridge';
import { Action } from './action';
import { commandStatus } from './command-status';
import type { Dialogs } from './dialogs.svelte';
import type { Messages } from './messages.svelte';
import type { NewRun } from './new-run.svelte';
import type { FileActions } from './file-actions.svelte';
import type { OpenRun } from './open-run.svelte';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import { shownName } from './run-words';
import type { Settings } from './settings.svelte';
import type { StudioView } from './studio-view.svelte';

/** The state that these actions use. */
export interface RunContext {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly settings: Settings;
  readonly problems: Problems;
  readonly requester: Requester;
  readonly newRun: NewRun;
  readonly messages: Messages;
  readonly dialogs: Dialogs;
  readonly files: FileActions;
}

/** The actions of buttons and menu items on runs, their folder, data and networks. */
export class RunActions {
  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  readonly chooseFolder = this.#changing('chooseFolder', async () => this.#show(await request('chooseFolder')));

  /** Uses a folder that was used before. */
  useRecentFolder(path: string): Action {
    return this.#changing('chooseFolder', async () => this.#show(await request('useRecentFolder', path)));
  }

  readonly openFolder = new Action(
    () => this.#context.requester.refusal ?? this.#noFolder(),
    () => this.#context.requester.ask(() => request('openFolder')),
  );

  readonly chooseData = this.#changing('changeData', async () => this.#show(await request('chooseDataFolder')));

  readonly useBundledData = this.#changing('changeData', async () => this.#show(await request('useBundledData')));

  /** Sets how the images of the person's own data are used, also after a restart. */
  useImages(images: ImageChoice): Action {
    return this.#changing('changeData', async () => this.#show(await request('useImages', images)));
  }

  /** Sets the class names of the person's own data, also after a restart; null for none. */
  useClassNames(names: string[] | null): Action {
    const { requester } = this.#context;
    return new Action(
      () => requester.refusal,
      () => requester.ask(async () => this.#show(await request('useClassNames', names))),
    );
  }

  /** Trains and reads on another device, also after a restart. */
  useDevice(choice: DeviceChoice): Action {
    return this.#changing('changeDevice', async () => {
      this.#show(await request('useDevice', choice));
      this.#context.problems.settle('device');
    });
  }

  /** Starts the application again, on the chosen device. */
  readonly restart = this.#changing('changeDevice', () => request('restart'));

  /** Opens the dialog for a new run. */
  readonly showNewRun = new Action(
    () => this.#context.requester.refusal,
    () => this.#context.dialogs.show('newRun'),
  );

  /** Opens the dialog for a new run with another run's settings. */
  useSettings(config: RunConfig): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => {
        this.#context.settings.show(config);
        this.showNewRun.run();
      },
    );
  }

  /**
   * Starts a run with the current settings, in the suggested folder if none was chosen. While another run is trained,
   * the new one waits.
   */
  readonly start = this.#changing(
    () => (this.waits ? 'enqueue' : 'start'),
    async () => {
      const { settings, view, newRun, dialogs } = this.#context;
      const { config } = settings;
      if (config === null) return;
      await settings.save();
      if (view.folder === null) this.#show(await request('useSuggestedFolder'));
      const { beginning, checkpoint } = newRun;
      const from = beginning === 'run' && checkpoint !== null ? nameOf(checkpoint) : null;
      if (this.waits) await request('enqueue', { config, from: beginning === 'weights' ? 'weights' : from });
      else if (beginning === 'weights') await request('start', config);
      else await request('startFrom', { config, from });
      newRun.choose(null);
      dialogs.close('newRun');
    },
    () => (this.#context.settings.config === null ? 'Correct the settings first' : null),
  );

  /** Whether a new run would have to wait. */
  get waits(): boolean {
    return this.#context.view.isTraining;
  }

  readonly pause = this.#changing('pause', () => request('pause'));

  readonly resume = this.#changing('resume', () => request('resume'));

  /** Discards the unsaved part of the shown run, after asking. */
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

  /** Chooses the network that reads drawings: the built-in one, the open one, or a checkpoint's. */
  readWith(choice: ModelChoice): Action {
    return new Action(
      () => this.#context.requester.refusalToAsk,
      () => this.#context.requester.ask(() => request('readWith', choice)),
    );
  }

  readonly newSamples = new Action(
    () => {
      const { view, requester } = this.#context;
      return requester.refusal ?? (view.samples.length === 0 ? 'No test images are loaded' : null);
    },
    () => this.#context.requester.ask(() => request('newSamples')),
  );

  /** Opens a run of the folder. */
  openRun(name: string): Action {
    return this.#changing(
      'openRun',
      () => request('openRun', name),
      () => {
        const { run } = this.#context;
        return run.name === name && run.olderCheckpoint === null ? 'This run is already shown' : null;
      },
    );
  }

  /** Loads the data that a run was trained on, and opens it. */
  openRunWithItsData(name: string): Action {
    return this.#changing('changeData', async () => this.#show(await request('openRunWithItsData', name)));
  }

  /** Loads the data that a waiting run needs. @param id the run's */
  loadDataOfWaitingRun(id: string): Action {
    return this.#changing('changeData', async () => this.#show(await request('loadDataOfWaitingRun', id)));
  }

  /** Opens a checkpoint, to read drawings with it and to show the run up to it. */
  openCheckpoint(checkpoint: CheckpointInfo): Action {
    return this.#changing(
      'openCheckpoint',
      () => request('openCheckpoint', nameOf(checkpoint)),
      () => {
        const { run } = this.#context;
        return run.shows(checkpoint) ? 'This checkpoint is already shown' : null;
      },
    );
  }

  /** Continues training from a checkpoint; from a finished one, by the typed number of epochs. */
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

  /** Continues training in a new run from any step of the shown run. @param step asked each time; null is refused */
  continueFromStep(step: () => number | null): Action {
    return this.#changing(
      'openCheckpoint',
      async () => {
        await request('openStep', { run: this.#context.run.name!, step: step()! });
        await request('resume');
      },
      () => (step() === null ? 'Choose an earlier step with the handle' : this.#refusalOf('start')),
    );
  }

  /** Opens a run, lets its network read, then asks for the format in which to export that. */
  exportRun(name: string): Action {
    const { view, requester, files } = this.#context;
    return this.#afterOpening(name, () => {
      const { model } = view;
      if (model.name === name && model.past === null && model.checkpoint === null) files.exportModel.run();
      else requester.ask(() => request('readWith', 'opened').then(files.exportModel.run));
    });
  }

  /** Opens a run, then saves its losses. */
  saveHistoryOf(name: string): Action {
    return this.#afterOpening(name, () => this.#context.files.saveHistory.run());
  }

  /** Opens a run, then the dialog for a new run that starts from it. */
  trainFrom(name: string): Action {
    return this.#afterOpening(name, () => {
      this.#context.newRun.choose('run');
      this.showNewRun.run();
    });
  }

  /** Asks for a run's name and note. */
  describeRun(name: string): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => {
        this.#context.dialogs.run = name;
        this.#context.dialogs.show('runDetails');
      },
    );
  }

  /** Stores a run's name and note. */
  setRunDetails(details: RunDetails): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () =>
        this.#context.requester.ask(async () => {
          await request('setRunDetails', details);
          this.#context.dialogs.close('runDetails');
        }),
    );
  }

  copyRunPath(name: string): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () =>
        this.#context.requester.ask(async () => {
          await request('copyRunPath', name);
          this.#context.messages.say('Path copied');
        }),
    );
  }

  openRunFolder(name: string): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => this.#context.requester.ask(() => request('openRunFolder', name)),
    );
  }

  /** Moves a run to the trash, after asking. */
  removeRun(name: string): Action {
    const { view } = this.#context;
    return new Action(
      () => this.#context.requester.refusal ?? removalRefusal(name, view, shownName(view.runs, name)),
      () => this.#context.requester.change(() => request('removeRun', name)),
    );
  }

  /**
   * An action that the run's state may forbid.
   * @param send sends the request
   * @param refusal returns another reason against it, or null
   */
  #changing(
    command: RunCommand | (() => RunCommand),
    send: () => Promise<unknown>,
    refusal?: () => string | null,
  ): Action {
    return new Action(
      () =>
        refusal?.() ??
        this.#refusalOf(typeof command === 'string' ? command : command()) ??
        this.#context.requester.refusal,
      () => this.#context.requester.change(send),
    );
  }

  #refusalOf(command: RunCommand): string | null {
    return refusalOf(command, commandStatus(this.#context.run, this.#context.view));
  }

  /** Acts on a run, which is opened first unless it is shown with all its steps. */
  #afterOpening(name: string, act: () => void): Action {
    const { run, requester } = this.#context;
    const isOpen = () => run.name === name && run.olderCheckpoint === null;
    return new Action(
      () => (isOpen() ? requester.refusal : this.openRun(name).refusal),
      () => {
        if (isOpen()) act();
        else requester.change(() => request('openRun', name), act);
      },
    );
  }

  #tooManyEpochs(): string | null {
    const { run, settings, view } = this.#context;
    if (run.name === null || run.config === null || settings.moreEpochs === null) return null;
    return moreEpochsRefusal(shownName(view.runs, run.name), run.config.epochs, settings.moreEpochs);
  }

  #noFolder(): string | null {
    return this.#context.view.folder === null ? 'Choose a folder for runs first' : null;
  }

  /** Shows what the person chose to open; null (a cancelled dialog) changes nothing. */
  #show(view: View | null): void {
    if (view === null) return;
    this.#context.view.replace(view);
    this.#context.problems.settle('start');
    if (view.problem !== null) this.#context.problems.report('start', view.problem);
  }
}

/** The identity of a checkpoint: the main process accepts no other fields. */
const nameOf = ({ run, name }: CheckpointInfo) => ({ run, name });
