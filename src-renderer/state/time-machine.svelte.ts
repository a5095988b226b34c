import { RequestError, request } from '../bridge';
import { count } from '../format';
import { Action } from './action';
import { newestOnly } from './newest-only';
import type { OpenRun } from './open-run.svelte';
import type { Problems } from './problems.svelte';
import type { Requester } from './requester.svelte';
import type { StudioView } from './studio-view.svelte';

interface Context {
  readonly view: StudioView;
  readonly run: OpenRun;
  readonly problems: Problems;
  readonly requester: Requester;
}

/** Between two steps shown while playing, in milliseconds. */
const FRAME = 100;

/** How many steps each frame of the playback advances. */
export const speeds = { slow: 1, normal: 10, fast: 50 } as const;
export type Speed = keyof typeof speeds;

/** Looks at any step of the shown run: the network of that step reads drawings, and everything shown follows it. */
export class TimeMachine {
  readonly #context: Context;
  /** The step that the handle is at; null for now. */
  #wanted = $state.raw<number | null>(null);
  #playing = $state.raw(false);
  speed = $state.raw<Speed>('normal');
  /** How many requests are not answered yet. */
  #asking = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The newest step. */
  get newest(): number {
    return this.#context.run.progress?.step ?? 0;
  }

  /** The last step that the run will have. */
  get end(): number {
    return this.#context.run.progress?.totalSteps ?? 0;
  }

  get step(): number {
    return this.#wanted ?? this.newest;
  }

  /** Whether a step of the past is looked at. */
  get isPast(): boolean {
    return this.#wanted !== null;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Whether the network of the step equals the run's bit for bit; null if that is not known, or not the past. */
  get isExact(): boolean | null {
    const { past } = this.#context.view.model;
    return past !== null && past.step === this.#wanted ? past.isExact : null;
  }

  /** The step in words. */
  get words(): string {
    const { run } = this.#context;
    const { stepsPerEpoch = 1 } = run.progress ?? {};
    const epoch = Math.ceil(this.step / stepsPerEpoch);
    const at = this.step === 0 ? 'before training' : `epoch ${count(epoch)}`;
    return `Step ${count(this.step)}, ${at}${this.isPast ? '' : ', the newest'}`;
  }

  /** Looks at a step, or at the newest one if there is no such step yet. */
  readonly goTo = (step: number): void => {
    this.#playing = false;
    this.#set(step);
    this.#ask();
  };

  /** Moves by this many steps; see `goTo`. */
  readonly move = (steps: number): void => this.goTo(this.step + steps);

  /** Moves to the end of the epoch before (-1) or after (1). */
  readonly moveByEpoch = (direction: -1 | 1): void => {
    const { stepsPerEpoch = 1 } = this.#context.run.progress ?? {};
    const epoch = this.step / stepsPerEpoch;
    this.goTo((direction < 0 ? Math.ceil(epoch) - 1 : Math.floor(epoch) + 1) * stepsPerEpoch);
  };

  /** Plays faster (1) or slower (-1), as far as that goes. */
  readonly changeSpeed = (direction: -1 | 1): void => {
    const names = Object.keys(speeds) as Speed[];
    this.speed = names[names.indexOf(this.speed) + direction] ?? this.speed;
  };

  /** Follows the run again. */
  readonly now = new Action(
    () => (this.isPast ? null : 'This is the newest step'),
    () => this.goTo(Infinity),
  );

  readonly playOrPause = new Action(
    () => this.#context.requester.refusalToAsk ?? (this.newest === 0 ? 'The run has no steps yet' : null),
    () => {
      if (this.#playing) this.#playing = false;
      else void this.#play();
    },
  );

  /** Call it when another network is active: the choice may have ended. */
  follow(): void {
    if (this.#asking === 0) this.#wanted = this.#context.view.model.past?.step ?? null;
  }

  #set(step: number): void {
    this.#wanted = step >= this.newest ? null : Math.max(0, Math.round(step));
  }

  /** From the step on, or from the beginning if that is the newest, to the newest. */
  async #play(): Promise<void> {
    this.#playing = true;
    if (!this.isPast) {
      this.#set(0);
      await this.#look();
    }
    while (this.playing && this.isPast) {
      const frame = new Promise((resolve) => setTimeout(resolve, FRAME));
      this.#set(this.step + speeds[this.speed]);
      await Promise.all([this.#look(), frame]);
    }
    this.#playing = false;
  }

  readonly #ask = newestOnly(() => this.#look());

  async #look(): Promise<void> {
    const { view, run, problems } = this.#context;
    const { name } = run;
    const wanted = this.#wanted;
    if (name === null) return;
    this.#asking++;
    try {
      const past = await request('readWith', wanted === null ? 'opened' : { run: name, step: wanted });
      // Another network may have been chosen meanwhile. The event that tells it may arrive later.
      if (this.#wanted === wanted) this.#wanted = past?.step ?? null;
    } catch (error) {
      this.#playing = false;
      this.#wanted = view.model.past?.step ?? null;
      // Another run may be shown by now.
      if (!(error instanceof RequestError && run.name !== name)) problems.reportError(error);
    } finally {
      this.#asking--;
    }
  }
}
