import type { Problems } from './problems.svelte';
import type { StudioView } from './studio-view.svelte';

/** Sends requests and reports failures. */
export class Requester {
  readonly #view: StudioView;
  readonly #problems: Problems;
  /** Whether a request that changes the run, the folder or the data is pending; a second one must wait. */
  #changing = $state.raw(false);

  constructor(view: StudioView, problems: Problems) {
    this.#view = view;
    this.#problems = problems;
  }

  /** Why nothing can be changed now, or null. */
  get refusal(): string | null {
    return this.refusalToAsk ?? (this.#changing ? 'One moment' : null);
  }

  /** Why no request can be sent now, or null. One that changes nothing need not wait for a change. */
  get refusalToAsk(): string | null {
    if (this.#view.lost) return 'The training engine has stopped. Quit Digit Studio and start it again.';
    return this.#view.ready ? null : 'TensorFlow is still loading';
  }

  /** Sends a request that does not change the run, the folder or the data. */
  ask(send: () => Promise<unknown>): void {
    void (async () => {
      try {
        await send();
        this.#problems.settle('request');
      } catch (error) {
        this.#problems.reportError(error);
      }
    })();
  }

  /**
   * Sends a request for a change; no other is sent until it is answered.
   * @param afterwards called after success, when the next change may be requested
   */
  change(send: () => Promise<unknown>, afterwards: () => void = () => undefined): void {
    this.#changing = true;
    this.ask(async () => {
      await send().finally(() => (this.#changing = false));
      afterwards();
    });
  }
}
