import { refusalOf } from '@contract/commands';
import type { LessonNetwork, LessonResult } from '@contract/lessons';
import type { LabelledDrawing } from '@contract/recognition';
import { request, RequestError } from '../bridge';
import { Action } from './action';
import { commandStatus } from './command-status';
import type { Dialogs } from './dialogs.svelte';
import { newestOnly } from './newest-only';
import type { OpenRun } from './open-run.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

interface Context {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly dialogs: Dialogs;
  readonly requester: Requester;
  readonly ownDigits: { readonly drawings: readonly Pick<LabelledDrawing, 'heldOut'>[] };
}

/** Teaches a network the person's digits, and shows what that changed. */
export class Lesson {
  readonly #context: Context;
  #result = $state.raw<LessonResult | null>(null);
  /** The folder of the run that the result is of. */
  #folder: string | null = null;
  #problem = $state.raw<string | null>(null);
  #isPreparing = $state.raw(false);

  constructor(context: Context) {
    this.#context = context;
  }

  /** What the shown lesson changed; null until that is known, or if no finished lesson is shown. */
  get result(): LessonResult | null {
    return this.#result;
  }

  /** Why that cannot be known, or null. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Whether a lesson is being prepared, which takes a few seconds. */
  get isPreparing(): boolean {
    return this.#isPreparing;
  }

  /** Teaches the network that reads drawings, in the suggested folder if none was chosen. */
  readonly teach = new Action(
    () => this.#tooFew() ?? this.#cannotStart() ?? this.#context.requester.refusal,
    () => {
      this.#isPreparing = true;
      const prepare = async () => {
        const { view } = this.#context;
        if (view.folder === null) view.replace(await request('useSuggestedFolder'));
        await request('teach');
      };
      const done = () => (this.#isPreparing = false);
      this.#context.requester.change(
        () => prepare().finally(done),
        () => this.#context.dialogs.close('handwriting'),
      );
    },
  );

  /** Makes the network before or after the lesson read drawings. */
  use(network: LessonNetwork): Action {
    return new Action(
      () => {
        if (this.#result?.network === network) return 'This network is in use';
        return this.#context.requester.refusalToAsk;
      },
      () =>
        this.#context.requester.ask(async () => {
          const result = this.#result;
          if (result === null) return;
          await request('chooseLessonNetwork', { run: result.run, network });
          // Another run may be shown by now.
          if (this.#result === result) this.#result = { ...result, network };
        }),
    );
  }

  /** Call it when another run is shown, or its state changes. */
  readonly follow = (): void => {
    const { run } = this.#context;
    if (this.#isOfShown()) return;
    this.#result = null;
    this.#problem = null;
    if (run.isLesson && run.state === 'finished') this.#ask();
  };

  readonly #ask = newestOnly(async () => {
    const { run } = this.#context;
    const { name, folder } = run;
    const isShown = () => run.name === name && run.folder === folder;
    try {
      const result = await request('getLessonResult');
      if (result?.run !== name || !isShown()) return;
      this.#result = result;
      this.#folder = folder;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (isShown()) this.#problem = error.message;
    }
  });

  #isOfShown(): boolean {
    const { run } = this.#context;
    if (this.#result === null || this.#folder !== run.folder) return false;
    return this.#result.run === run.name && this.#result.step === run.progress?.step;
  }

  #cannotStart(): string | null {
    const { run, view } = this.#context;
    if (view.model.source === 'none') return 'There is no network yet';
    if (view.dataset?.classNames) return `The classes of ${view.dataset.name} are not digits. Load digits first`;
    return refusalOf('start', commandStatus(run, view));
  }

  #tooFew(): string | null {
    const { drawings } = this.#context.ownDigits;
    const isEnough = drawings.some(({ heldOut }) => heldOut) && drawings.some(({ heldOut }) => !heldOut);
    return isEnough ? null : 'Write a digit at least three times first';
  }
}
