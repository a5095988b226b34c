import type { Problems } from './problems.svelte';
import type { StudioView } from './studio-view.svelte';

/** Sends requests and reports those that fail. */
export class Requester {
  readonly #view: StudioView;
  readonly #problems: Problems;
  /** A request that changes the run, the folder or the data is under way; a second one must wait. */
  #changing = $state.raw(false);

  constructor(view: StudioView, problems: Problems) {
    this.#view = view;
    this.#problems = problems;
  }

  /** Why nothing can be asked now; null when something can. */
  get refusal(): string | null {
    if (this.#view.lost) return 'The training engine has stopped. Quit Digit Studio and start it again.';
    if (!this.#view.ready) return 'TensorFlow is still loading';
    return this.#changing ? 'One moment' : null;
  }

  /** Asks for something that leaves the run, the folder and the data as they are. */
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
   * Asks for a change; no second one until it is answered.
   * @param afterwards done once it was carried out, when the next change may be asked for
   */
  change(send: () => Promise<unknown>, afterwards: () => void = () => undefined): void {
    this.#changing = true;
    this.ask(async () => {
      await send().finally(() => (this.#changing = false));
      afterwards();
    });
  }
}
