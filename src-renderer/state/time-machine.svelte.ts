import { RequestError, request } from '../bridge';
import { count } from '../format';
import { Action } from './action';
import { TIMES } from './learning-pace';
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
/** The same while a run is trained, however long a look takes: otherwise the playback would seem to stand still. */
const MAX_INTERVAL = 1000;

/** How many steps each frame of the playback advances. */
export const speeds = { slow: 1, normal: 10, fast: 50 } as const;
export type Speed = keyof typeof speeds;

/** Looks at any step of the shown run: the network of that step reads drawings, and everything shown follows it. */
export class TimeMachine {
  readonly #context: Context;
  /** The step that the handle is at; null for now. */
  #wanted = $state.raw<number | null>(null);
  /** The playback that goes on, or null. */
  #playback = $state.raw<object | null>(null);
  #dragged = false;
  /** The next look at a step that is passed. */
  #nextLook: ReturnType<typeof setTimeout> | undefined;
  /** How long the last look took, in milliseconds. */
  #took = 0;
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
    return this.#playback !== null;
  }

  /** The step whose network is shown. The handle is ahead of it while it moves. */
  get shown(): number {
    return (this.isPast ? this.#context.view.model.past?.step : null) ?? this.step;
  }

  /**
   * Whether the handle moves while a run is trained. In order not to slow the run down, kept states are then shown, the
   * nearest before the handle, and less often.
   */
  get isPassing(): boolean {
    return this.#isMoving && this.#context.view.isTraining;
  }

  /** Whether the network of the step equals the run's bit for bit; null if that is not known, or not the past. */
  get isExact(): boolean | null {
    const { past } = this.#context.view.model;
    return past !== null && past.step === this.#wanted ? past.isExact : null;
  }

  get #isMoving(): boolean {
    return this.isPast && (this.#dragged || this.playing);
  }

  /** The time between two looks while the handle moves, in milliseconds. */
  get #interval(): number {
    return this.isPassing ? Math.min(Math.max(FRAME, TIMES * this.#took), MAX_INTERVAL) : FRAME;
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
    clearTimeout(this.#nextLook);
    this.#nextLook = undefined;
    this.#playback = null;
    this.#dragged = false;
    this.#set(step);
    this.#ask();
  };

  /** Looks at a step while the handle is dragged; `goTo` ends that. */
  readonly dragTo = (step: number): void => {
    this.#playback = null;
    this.#dragged = true;
    this.#set(step);
    if (!this.isPassing) this.#ask();
    else if (this.#nextLook === undefined) {
      const look = () => {
        this.#nextLook = undefined;
        this.#ask();
      };
      this.#nextLook = setTimeout(look, this.#interval);
    }
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
      if (this.playing) this.goTo(this.step);
      else void this.#play();
    },
  );

  /** Call it when another network is active: the choice may have ended. */
  follow(): void {
    if (this.#asking > 0) return;
    const { past } = this.#context.view.model;
    if (past === null || !this.#isMoving) this.#wanted = past?.step ?? null;
  }

  #set(step: number): void {
    this.#wanted = step >= this.newest ? null : Math.max(0, Math.round(step));
  }

  /** From the step on, or from the beginning if that is the newest, to the newest. */
  async #play(): Promise<void> {
    const playback = {};
    this.#playback = playback;
    if (!this.isPast) {
      this.#set(0);
      await this.#look();
    }
    while (this.#playback === playback && this.isPast) {
      const interval = this.#interval;
      const next = new Promise((resolve) => setTimeout(resolve, interval));
      this.#set(this.step + (speeds[this.speed] * interval) / FRAME);
      await Promise.all([this.#look(), next]);
    }
    if (this.#playback === playback) this.#playback = null;
  }

  readonly #ask = newestOnly(() => this.#look());

  async #look(): Promise<void> {
    const { view, run, problems } = this.#context;
    const { name } = run;
    const wanted = this.#wanted;
    if (name === null) return;
    this.#asking++;
    const began = performance.now();
    try {
      const isPassed = this.#isMoving;
      const past = await request('readWith', wanted === null ? 'opened' : { run: name, step: wanted, isPassed });
      this.#took = performance.now() - began;
      // Another network may have been chosen meanwhile. The event that tells it may arrive later.
      if (this.#wanted === wanted && !(past && this.#isMoving)) this.#wanted = past?.step ?? null;
    } catch (error) {
      this.#playback = null;
      this.#wanted = view.model.past?.step ?? null;
      // Another run may be shown by now.
      if (!(error instanceof RequestError && run.name !== name)) problems.reportError(error);
    } finally {
      this.#asking--;
    }
  }
}
