import type { GreyImage } from '@contract/contract';
import type { LabelledDrawing } from '@contract/recognition';
import { RequestError, request } from '../bridge';
import { Action } from './action';
import type { Dialogs } from './dialogs.svelte';
import type { Content, Drawing } from './drawing.svelte';
import type { InkExplanation } from './ink-explanation.svelte';
import type { OwnDigits } from './own-digits.svelte';
import { draggedImage } from './dragged-image';
import { pictureOf, readPicture } from './picture';
import type { Recognition } from './recognition.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

/** The state that these actions use. */
export interface DrawingContext {
  readonly view: StudioView;
  readonly drawing: Drawing;
  readonly recognition: Pick<Recognition, 'ask' | 'read'>;
  readonly inkExplanation: Pick<InkExplanation, 'search'>;
  readonly ownDigits: OwnDigits;
  readonly requester: Requester;
  readonly dialogs: Dialogs;
}

/** The actions of buttons and menu items on the drawing. */
export class DrawingActions {
  readonly #context: DrawingContext;
  #pictureProblem = $state.raw<string | null>(null);

  constructor(context: DrawingContext) {
    this.#context = context;
  }

  /** Why the last picture was not read, shown at the pad until something else is on it. */
  get pictureProblem(): string | null {
    return this.#pictureProblem;
  }

  readonly clearDrawing = new Action(
    () => this.#nothingDrawn(),
    () => this.#draw((drawing) => drawing.clear()),
  );

  readonly undoStroke = new Action(
    () => (this.#context.drawing.canUndo ? null : 'There is nothing to undo'),
    () => this.#draw((drawing) => drawing.undo()),
  );

  readonly redoStroke = new Action(
    () => (this.#context.drawing.canRedo ? null : 'There is nothing to redo'),
    () => this.#draw((drawing) => drawing.redo()),
  );

  /** Puts a drawing on the pad. */
  showAgain(content: Content): Action {
    return new Action(
      () => (this.#context.drawing.content === content ? 'This drawing is already on the pad' : null),
      () => this.#draw((drawing) => drawing.show(content)),
    );
  }

  /** Draws the stroke that was found to turn the answer into another digit. */
  readonly drawFoundStroke = new Action(
    () => (this.#context.inkExplanation.search?.stroke ? null : 'No stroke was found'),
    () => {
      const stroke = this.#context.inkExplanation.search?.stroke;
      if (stroke) this.#draw((drawing) => drawing.add(stroke));
    },
  );

  /** Asks for a picture, and puts it on the pad. */
  readonly openPicture = new Action(
    () => this.#context.requester.refusal,
    () =>
      this.#context.requester.ask(() =>
        this.#complaining(async () => {
          const picture = await request('openPicture');
          if (picture === null) return;
          const bytes = Uint8Array.from(atob(picture.data), (letter) => letter.charCodeAt(0));
          await this.#showPicture(new File([bytes], picture.name));
        }),
      ),
  );

  /** Puts a picture on the pad. @param file null if there is none */
  readPicture(file: Blob | null | undefined): Action {
    return new Action(
      () => (file ? null : 'There is no picture to read'),
      () => {
        if (file) void this.#complaining(() => this.#showPicture(file));
      },
    );
  }

  /** Puts an image of the test set on the pad. @param image null while it is loading */
  showImage(image: GreyImage | null): Action {
    return new Action(
      () => (image === null ? 'One moment' : null),
      () => {
        if (image !== null) this.#draw((drawing) => drawing.show({ strokes: [], picture: pictureOf(image) }));
      },
    );
  }

  /** Puts a dropped test image or picture file on the pad. */
  drop(dropped: DataTransfer | null): Action {
    const image = draggedImage(dropped);
    return image === null ? this.dropPicture(dropped?.files[0]) : this.showImage(image);
  }

  /** Puts a dropped picture on the pad. @param file null if something else was dropped */
  dropPicture(file: Blob | null | undefined): Action {
    const notAFile =
      'Only picture files can be dropped on the pad. Save the picture first, or copy it and paste it here.';
    return file
      ? this.readPicture(file)
      : new Action(
          () => null,
          () => (this.#pictureProblem = notAFile),
        );
  }

  readonly dismissPictureProblem = new Action(
    () => (this.#pictureProblem === null ? 'Nothing is wrong' : null),
    () => (this.#pictureProblem = null),
  );

  /** Saves the drawing as this digit, or removes it if it is already saved as this digit. */
  labelDrawing(digit: number): Action {
    const { drawing, recognition, ownDigits, requester } = this.#context;
    return new Action(
      () => requester.refusal ?? this.#nothingDrawn() ?? this.#saving(),
      () =>
        requester.ask(async () => {
          const { content } = drawing;
          await ownDigits.label(content, digit, await recognition.read(content));
        }),
    );
  }

  /** Changes the digit of a saved drawing. */
  relabel(saved: LabelledDrawing, digit: number): Action {
    const { ownDigits, requester } = this.#context;
    return new Action(
      () => (saved.label === digit ? `It is already saved as ${digit}` : this.#saving()),
      () => requester.ask(() => ownDigits.relabel(saved, digit)),
    );
  }

  /** Removes a saved drawing. */
  remove(saved: LabelledDrawing): Action {
    const { ownDigits, requester } = this.#context;
    return new Action(
      () => this.#saving(),
      () => requester.ask(() => ownDigits.remove(saved)),
    );
  }

  /** Loads the saved drawings. */
  readonly loadOwnDigits = new Action(
    () => null,
    () => this.#context.requester.ask(() => this.#context.ownDigits.load()),
  );

  readonly testOwnDigits = new Action(
    () => {
      const { view, ownDigits, requester } = this.#context;
      if (requester.refusal !== null) return requester.refusal;
      if (ownDigits.drawings.length === 0) return 'Save some drawings first';
      return view.model.source === 'none' ? 'There is no network yet' : null;
    },
    () => this.#context.requester.ask(() => this.#context.ownDigits.runTest()),
  );

  /** Opens the dialog in which digits are written and taught. */
  readonly showHandwriting = new Action(
    () => null,
    () => this.#context.dialogs.show('handwriting'),
  );

  readonly openDrawingsFolder = new Action(
    () => null,
    () => this.#context.requester.ask(() => request('openDrawingsFolder')),
  );

  /** Pins the drawing, so that it is read after each test of a run. */
  readonly pinDrawing = new Action(
    () => this.#context.requester.refusal ?? this.#nothingDrawn(),
    () =>
      this.#context.requester.ask(async () => {
        const { drawing, recognition } = this.#context;
        const { preview } = await recognition.read(drawing.content);
        await request('pinDrawing', preview);
      }),
  );

  /** Pins an image, so that it is read after each test of a run. @param image null while it is loading */
  pinImage(image: GreyImage | null): Action {
    return new Action(
      () => {
        if (image !== null && this.#context.view.pinned?.pixels === image)
          return 'It is already pinned, under “Answer”';
        return this.#context.requester.refusal ?? (image === null ? 'One moment' : null);
      },
      () => this.#context.requester.ask(() => request('pinDrawing', image)),
    );
  }

  readonly unpinDrawing = new Action(
    () => (this.#context.view.pinned === null ? 'Nothing is pinned' : null),
    () => this.#context.requester.ask(() => request('pinDrawing', null)),
  );

  #nothingDrawn(): string | null {
    return this.#context.drawing.isEmpty ? 'Nothing is drawn' : null;
  }

  #saving(): string | null {
    return this.#context.ownDigits.saving ? 'One moment' : null;
  }

  async #showPicture(file: Blob): Promise<void> {
    const picture = await readPicture(file);
    this.#draw((drawing) => drawing.show({ strokes: [], picture }));
  }

  /** Shows at the pad why a picture cannot be read. */
  async #complaining(show: () => Promise<void>): Promise<void> {
    try {
      await show();
    } catch (error) {
      if (error instanceof RequestError) this.#pictureProblem = error.message;
      else throw error;
    }
  }

  /** Changes the drawing, then reads it. */
  #draw(change: (drawing: Drawing) => void): void {
    change(this.#context.drawing);
    this.changed();
  }

  /** Reads the changed drawing. */
  changed(): void {
    this.#pictureProblem = null;
    this.#context.recognition.ask();
  }
}
