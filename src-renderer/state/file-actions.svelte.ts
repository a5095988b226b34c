import type { GreyImage, SavedFile } from '@contract/contract';
import type { ExportFormat } from '@contract/schemas';
import { request } from '../bridge';
import { greyPicture } from '../charts/grey-image';
import { Action } from './action';
import type { Dialogs } from './dialogs.svelte';
import type { Drawing } from './drawing.svelte';
import type { Messages } from './messages.svelte';
import type { OpenRun } from './open-run.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

/** The state that these actions use. */
export interface FileContext {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly requester: Requester;
  readonly messages: Messages;
  readonly dialogs: Dialogs;
  readonly drawing: Pick<Drawing, 'isEmpty'>;
}

/** The actions of buttons and menu items that save files. */
export class FileActions {
  readonly #context: FileContext;

  constructor(context: FileContext) {
    this.#context = context;
  }

  /** Asks for the format in which to export the active network. */
  readonly exportModel = new Action(
    () => {
      const { view, requester } = this.#context;
      return requester.refusal ?? (view.model.source === 'none' ? 'There is no network yet' : null);
    },
    () => this.#context.dialogs.show('export'),
  );

  /** Exports the active network. */
  exportAs(format: ExportFormat): Action {
    return new Action(
      () => this.exportModel.refusal,
      () => this.save(() => request('exportModel', format)),
    );
  }

  /** Shows the last saved file in the file manager. */
  readonly showSavedFile = new Action(
    () => null,
    () => this.#context.requester.ask(() => request('showSavedFile')),
  );

  /** Saves the losses of the run as a table. */
  readonly saveHistory = new Action(
    () => this.noHistory(),
    () => this.save(() => request('saveHistory')),
  );

  /** Saves the whole log of the run as text. */
  readonly saveLog = new Action(
    () => this.noHistory(),
    () => this.save(() => request('saveLog')),
  );

  /** Saves the chart as a picture, which `render` returns. */
  saveChart(render: () => string): Action {
    return new Action(
      () => this.noHistory(),
      () => this.save(() => request('saveChart', render())),
    );
  }

  /** Saves the drawing as a picture, which `render` returns. */
  saveDrawing(render: () => string): Action {
    return new Action(
      () => (this.#context.drawing.isEmpty ? 'Nothing is drawn' : null),
      () => this.save(() => request('saveDrawing', render())),
    );
  }

  /**
   * Saves an image as a PNG file of 28 x 28 pixels, white on black.
   * @param index in the test set; null for a person's drawing
   * @param image null while it is loading
   */
  saveImage(index: number | null, image: GreyImage | null): Action {
    return new Action(
      () => (image === null ? 'One moment' : null),
      () => {
        if (image === null) return;
        const png = greyPicture(image);
        this.save(() => (index === null ? request('saveDrawing', png) : request('saveTestImage', { index, png })));
      },
    );
  }

  /** Why there is nothing to save or show; null if there is. */
  noHistory(): string | null {
    const { trainLosses, testLosses } = this.#context.run.history;
    return trainLosses.length + testLosses.length === 0 ? 'No losses yet' : null;
  }

  /** Saves a file and says what was written. */
  save(send: () => Promise<SavedFile | null>): void {
    this.#context.requester.ask(async () => {
      const saved = await send();
      if (saved === null) return;
      const way = { label: 'Show in file manager', action: this.showSavedFile, testid: 'show-saved-file' };
      this.#context.messages.say(`Saved ${saved.name}`, way);
    });
  }
}
