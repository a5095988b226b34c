import { refusalOf } from '@contract/commands';
import { request } from '../bridge';
import { Action } from './action';
import { commandStatus } from './command-status';
import type { OpenRun } from './open-run.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

/** The state that these actions use. */
export interface QueueContext {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly requester: Requester;
}

/** The actions of buttons and menu items on waiting runs. */
export class QueueActions {
  readonly #context: QueueContext;

  constructor(context: QueueContext) {
    this.#context = context;
  }

  /** Starts the next waiting run. */
  readonly startNext = new Action(
    () => {
      const { view, run, requester } = this.#context;
      return refusalOf('startNext', commandStatus(run, view)) ?? requester.refusal;
    },
    () => this.#context.requester.change(() => request('startNext')),
  );

  /** Removes waiting runs from the queue. */
  takeBack(ids: string[]): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => this.#context.requester.change(() => request('takeBack', ids)),
    );
  }
}
