import { type RunCommand, refusalOf } from '@contract/commands';
import type { CheckpointInfo } from '@contract/contract';
import { request } from '../bridge';
import type { Content, Drawing } from './drawing.svelte';
import { readPicture } from './picture';
import type { Studio } from './studio.svelte';

/** What a button does, and when it does something. */
export class Action {
  readonly #refusal: () => string | null;
  readonly #perform: () => void;

  constructor(refusal: () => string | null, perform: () => void) {
    this.#refusal = refusal;
    this.#perform = perform;
  }

  /** Why it would do nothing now, in words; null when it does something. */
  get refusal(): string | null {
    return this.#refusal();
  }

  readonly run = (): void => {
    if (this.refusal === null) this.#perform();
  };
}

/** Everything that buttons and menu items do. Each says itself when it is possible. */
export class Actions {
  readonly #studio: Studio;
  /** A request that changes run, folder or data is under way; a second one must wait. */
  #waiting = $state.raw(false);

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  readonly chooseFolder = new Action(
    () => this.#notYet() ?? this.#refusal('chooseFolder'),
    () => this.#change(async () => this.#studio.replace(await request('chooseFolder'))),
  );

  readonly openFolder = new Action(
    () => this.#notYet() ?? this.#noFolder(),
    () => this.#ask(() => request('openFolder')),
  );

  readonly chooseData = new Action(
    () => this.#notYet() ?? this.#refusal('changeData'),
    () => this.#change(async () => this.#studio.replace(await request('chooseDataFolder'))),
  );

  readonly useBundledData = new Action(
    () => this.#notYet() ?? this.#refusal('changeData'),
    () => this.#change(async () => this.#studio.replace(await request('useBundledData'))),
  );

  readonly start = new Action(
    () => {
      const { settings } = this.#studio;
      const correct = settings.config === null ? 'Correct the settings first' : null;
      return this.#notYet() ?? this.#refusal('start') ?? this.#noFolder() ?? correct;
    },
    () => {
      const { settings } = this.#studio;
      const { config } = settings;
      if (config === null) return;
      this.#change(async () => {
        await settings.save();
        await request('start', config);
      });
    },
  );

  readonly pause = new Action(
    () => this.#refusal('pause') ?? this.#notYet(),
    () => this.#change(() => request('pause')),
  );

  readonly resume = new Action(
    () => this.#refusal('resume') ?? this.#notYet(),
    () => this.#change(() => request('resume')),
  );

  readonly stop = new Action(
    () => this.#refusal('stop') ?? this.#notYet(),
    () => this.#change(() => request('stop')),
  );

  readonly addEpochs = new Action(
    () => this.#refusal('addEpochs') ?? this.#notYet() ?? this.#studio.settings.moreEpochsError,
    () => {
      const { moreEpochs } = this.#studio.settings;
      if (moreEpochs !== null) this.#change(() => request('addEpochs', moreEpochs));
    },
  );

  readonly openWeights = new Action(
    () => this.#notYet() ?? this.#refusal('openWeights'),
    () => this.#change(() => request('openWeights')),
  );

  readonly exportModel = new Action(
    () => this.#notYet() ?? this.#noNetwork(),
    () => this.#ask(() => request('exportModel')),
  );

  readonly newSamples = new Action(
    () => this.#notYet() ?? (this.#studio.samples.length === 0 ? 'No test images are loaded' : null),
    () => this.#ask(() => request('newSamples')),
  );

  readonly saveHistory = new Action(
    () => this.noHistory(),
    () => this.#ask(() => request('saveHistory')),
  );

  readonly clearDrawing = new Action(
    () => this.#nothingDrawn(),
    () => this.#draw((drawing) => drawing.clear()),
  );

  readonly undoStroke = new Action(
    () => (this.#studio.drawing.canUndo ? null : 'Nothing is drawn'),
    () => this.#draw((drawing) => drawing.undo()),
  );

  readonly redoStroke = new Action(
    () => (this.#studio.drawing.canRedo ? null : 'Nothing was taken back'),
    () => this.#draw((drawing) => drawing.redo()),
  );

  /** Puts a drawing on the pad. */
  bringBack(content: Content): Action {
    return new Action(
      () => (this.#studio.drawing.content === content ? 'This drawing is on the pad' : null),
      () => this.#draw((drawing) => drawing.show(content)),
    );
  }

  /** Puts a picture on the pad. @param file null when there is none */
  readPicture(file: Blob | null | undefined): Action {
    return new Action(
      () => (file ? null : 'There is no picture'),
      () =>
        this.#ask(async () => {
          if (!file) return;
          const picture = await readPicture(file);
          this.#draw((drawing) => drawing.show({ strokes: [], picture }));
        }),
    );
  }

  /** Keeps the drawing as one of this digit, or takes that back. */
  sayDigit(digit: number): Action {
    return new Action(
      () => this.#notYet() ?? this.#nothingDrawn(),
      () =>
        this.#ask(async () => {
          const { drawing, recognition, ownDigits } = this.#studio;
          const { content } = drawing;
          await ownDigits.say(content, digit, await recognition.read(content));
        }),
    );
  }

  /** Looks which drawings with their digits are on the disk. */
  readonly lookAtOwnDigits = new Action(
    () => null,
    () => this.#ask(() => this.#studio.ownDigits.look()),
  );

  readonly testOwnDigits = new Action(
    () =>
      this.#notYet() ??
      (this.#studio.ownDigits.kept.count === 0 ? 'Say of some drawings what they are first' : null) ??
      this.#noNetwork(),
    () => this.#ask(() => this.#studio.ownDigits.runTest()),
  );

  readonly openDrawingsFolder = new Action(
    () => null,
    () => this.#ask(() => request('openDrawingsFolder')),
  );

  /** Pins the drawing, to see it read after each test of a run. */
  readonly pinDrawing = new Action(
    () => this.#notYet() ?? this.#nothingDrawn(),
    () =>
      this.#ask(async () => {
        const { preview } = await this.#studio.recognition.read(this.#studio.drawing.content);
        await request('pinDrawing', preview);
      }),
  );

  readonly unpinDrawing = new Action(
    () => (this.#studio.pinned === null ? 'Nothing is pinned' : null),
    () => this.#ask(() => request('pinDrawing', null)),
  );

  /** Opens a run of the folder. */
  openRun(name: string): Action {
    return new Action(
      () => {
        const { run } = this.#studio;
        const open = run.name === name && run.olderCheckpoint === null && run.state !== 'idle';
        return open ? 'This run is open' : (this.#notYet() ?? this.#refusal('openRun'));
      },
      () => this.#change(() => request('openRun', name)),
    );
  }

  /** Opens a checkpoint, to draw with it and to see the run up to it. */
  openCheckpoint(checkpoint: CheckpointInfo): Action {
    return new Action(
      () => {
        const { run } = this.#studio;
        const open = run.shows(checkpoint) && run.state !== 'idle';
        return open ? 'This checkpoint is open' : (this.#notYet() ?? this.#refusal('openCheckpoint'));
      },
      () => this.#change(() => request('openCheckpoint', nameOf(checkpoint))),
    );
  }

  /** Goes on with training from a checkpoint; from a finished one, by as many epochs as are typed. */
  continueFrom(checkpoint: CheckpointInfo): Action {
    const { settings } = this.#studio;
    return new Action(
      () =>
        this.#notYet() ?? this.#refusal('openCheckpoint') ?? (checkpoint.finished ? settings.moreEpochsError : null),
      () =>
        this.#change(async () => {
          await request('openCheckpoint', nameOf(checkpoint));
          if (!checkpoint.finished) await request('resume');
          else if (settings.moreEpochs !== null) await request('addEpochs', settings.moreEpochs);
        }),
    );
  }

  openRunFolder(name: string): Action {
    return new Action(
      () => this.#notYet(),
      () => this.#ask(() => request('openRunFolder', name)),
    );
  }

  /** Moves a run to the trash, after a question. */
  removeRun(name: string): Action {
    return new Action(
      () => this.#notYet() ?? (this.#studio.run.name === name ? this.#refusal('removeRun') : null),
      () => this.#change(() => request('removeRun', name)),
    );
  }

  /** Saves the chart as a picture that `render` makes. */
  saveChart(render: () => string): Action {
    return new Action(
      () => this.noHistory(),
      () => this.#ask(() => request('saveChart', render())),
    );
  }

  /** Why there is nothing to save or to show; null when there is. */
  noHistory(): string | null {
    const { trainLosses, testLosses } = this.#studio.run.history;
    return trainLosses.length + testLosses.length === 0 ? 'No losses yet' : null;
  }

  #notYet(): string | null {
    if (this.#studio.lost) return 'The training engine is gone; quit Digit Studio and start it again';
    if (!this.#studio.ready) return 'TensorFlow is still loading';
    return this.#waiting ? 'One moment' : null;
  }

  #noFolder(): string | null {
    return this.#studio.folder === null ? 'Choose a checkpoint folder first' : null;
  }

  #noNetwork(): string | null {
    return this.#studio.model.source === 'none' ? 'There is no network yet' : null;
  }

  #nothingDrawn(): string | null {
    return this.#studio.drawing.isEmpty ? 'Nothing is drawn' : null;
  }

  /** Why the run's state does not allow it; null when it does. */
  #refusal(command: RunCommand): string | null {
    return refusalOf(command, this.#studio.run.status);
  }

  /** Changes what is on the pad, and has it read. */
  #draw(change: (drawing: Drawing) => void): void {
    change(this.#studio.drawing);
    this.#studio.recognition.ask();
  }

  /** Asks for something that leaves run, folder and data as they are. */
  #ask(send: () => Promise<unknown>): void {
    void (async () => {
      try {
        await send();
        this.#studio.problems.settle('request');
      } catch (error) {
        this.#studio.problems.reportError(error);
      }
    })();
  }

  /** Asks for a change; no second one until it is answered. */
  #change(send: () => Promise<unknown>): void {
    this.#waiting = true;
    this.#ask(() => send().finally(() => (this.#waiting = false)));
  }
}

/** What the main process is told of a checkpoint: the bridge takes nothing more. */
const nameOf = ({ run, name }: CheckpointInfo) => ({ run, name });
