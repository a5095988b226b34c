import { request } from '../bridge';
import { many } from '../format';
import { Action } from './action';
import type { FileActions } from './file-actions.svelte';
import type { Messages } from './messages.svelte';
import type { OwnDigits } from './own-digits.svelte';
import type { Requester } from './requester.svelte';

interface Context {
  readonly ownDigits: OwnDigits;
  readonly requester: Requester;
  readonly files: FileActions;
  readonly messages: Messages;
}

/** The actions that save, load and delete all of a person's drawings. */
export class DrawingFiles {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Saves all drawings in one file. */
  readonly exportAll = new Action(
    () => this.#none() ?? this.#context.requester.refusalToAsk,
    () => this.#context.files.save(() => request('exportDrawings')),
  );

  /** Adds the drawings of such a file. */
  readonly import = new Action(
    () => this.#context.requester.refusalToAsk,
    () =>
      this.#context.requester.ask(async () => {
        const imported = await request('importDrawings');
        if (imported === null) return;
        await this.#context.ownDigits.reload();
        const known = imported.total - imported.added;
        const others = known === 0 ? '' : `; ${many(known, 'drawing was', 'drawings were')} there already`;
        this.#context.messages.say(`Imported ${many(imported.added, 'drawing')}${others}`);
      }),
  );

  /** Deletes all drawings for good, after asking. */
  readonly deleteAll = new Action(
    () => this.#none() ?? this.#context.requester.refusalToAsk,
    () =>
      this.#context.requester.ask(async () => {
        if (await request('deleteDrawings')) await this.#context.ownDigits.reload();
      }),
  );

  #none(): string | null {
    return this.#context.ownDigits.drawings.length === 0 ? 'There are no drawings' : null;
  }
}
