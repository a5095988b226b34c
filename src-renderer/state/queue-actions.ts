import { refusalOf } from '@contract/commands';
import { request } from '../bridge';
import { Action } from './action';
import type { OpenRun } from './open-run.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

/** What these actions look at and act on. */
export interface QueueContext {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly requester: Requester;
}

/** What buttons and menu items do with the runs that wait for their turn. */
export class QueueActions {
  readonly #context: QueueContext;

  constructor(context: QueueContext) {
    this.#context = context;
  }

  /** Starts the next run that waits. */
  readonly startNext = new Action(
    () => {
      const { view, run, requester } = this.#context;
      const status = { ...run.status, trained: view.trained, waiting: view.queue.waiting.length };
      return refusalOf('startNext', status) ?? requester.refusal;
    },
    () => this.#context.requester.change(() => request('startNext')),
  );

  /** Removes runs from those that wait. */
  takeBack(ids: string[]): Action {
    return new Action(
      () => this.#context.requester.refusal,
      () => this.#context.requester.change(() => request('takeBack', ids)),
    );
  }
}
