import { untrack } from 'svelte';
import { type NetworkParts, nothingOff, partCount } from '@contract/schemas';
import { request } from '../bridge';
import { Action } from './action';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';
import type { TimeMachine } from './time-machine.svelte';

interface Context {
  readonly view: StudioView;
  readonly problems: Problems;
  readonly requester: Requester;
  readonly timeMachine: Pick<TimeMachine, 'isPassing'>;
}

export type Layer = keyof NetworkParts;

/** The parts of the network that a person switched off, and how well it reads without them. */
export class NetworkPartsView {
  readonly #context: Context;
  #off = $state.raw<NetworkParts>(nothingOff);
  #tested = $state.raw<{ off: string; accuracy: number | null } | null>(null);
  #watched = false;
  /** What was sent and is not confirmed by an event yet, oldest first. */
  #sent: string[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  get off(): NetworkParts {
    return this.#off;
  }

  /** How many parts are switched off. */
  readonly count = $derived(partCount(this.#off));

  /** The accuracy of the network as it is on the test set, 0 to 1; null until it is known, and while not watched. */
  get accuracy(): number | null {
    // That of other parts would be wrong.
    return this.#tested?.off === JSON.stringify(this.#off) ? this.#tested.accuracy : null;
  }

  /** Switches a part off, or on again. */
  toggle(layer: Layer, index: number): Action {
    return new Action(
      () => this.#context.requester.refusalToAsk,
      () => {
        const off = this.#off[layer];
        const changed = off.includes(index) ? off.filter((other) => other !== index) : [...off, index];
        this.#switchOff({ ...this.#off, [layer]: changed });
      },
    );
  }

  readonly allOn = new Action(
    () => (this.count === 0 ? 'All parts are on' : this.#context.requester.refusalToAsk),
    () => this.#switchOff(nothingOff),
  );

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    // The caller is an effect, which must not run again for each answer.
    untrack(() => this.follow());
    return () => {
      this.#watched = false;
      this.#tested = null;
    };
  }

  /** Call it when another network is active or the active one has changed. */
  follow(): void {
    const { switchedOff } = this.#context.view.model;
    const confirmed = this.#sent.indexOf(JSON.stringify(switchedOff));
    // Something else means that the choice has ended.
    this.#sent = confirmed === -1 ? [] : this.#sent.slice(confirmed + 1);
    if (this.#sent.length > 0) return;
    this.#off = switchedOff;
    if (this.#watched && !this.#context.timeMachine.isPassing) this.#test();
  }

  #switchOff(off: NetworkParts): void {
    this.#off = off;
    this.#sent.push(JSON.stringify(off));
    void this.#send(off);
  }

  async #send(off: NetworkParts): Promise<void> {
    try {
      await request('switchOff', off);
    } catch (error) {
      this.#sent = [];
      this.#off = this.#context.view.model.switchedOff;
      this.#context.problems.reportError(error);
    }
  }

  readonly #test = newestOnly(async () => {
    const off = JSON.stringify(this.#off);
    try {
      const tested = await request('getAccuracy');
      this.#tested = { off, accuracy: tested && tested.correct / tested.total };
    } catch {
      // Unknown; the pad tells what is wrong with the network.
      this.#tested = null;
    }
  });
}
