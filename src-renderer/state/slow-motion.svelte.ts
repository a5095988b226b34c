import { request } from '../bridge';
import { Action } from './action';
import type { Dialogs } from './dialogs.svelte';
import { newestOnly } from './newest-only';
import type { OpenRun } from './open-run.svelte';
import type { Requester } from './requester.svelte';
import { type StepImage, type StepKernel, type StepParts, decodeStep } from './step-parts';
import type { TimeMachine } from './time-machine.svelte';

interface Context {
  readonly run: OpenRun;
  readonly dialogs: Dialogs;
  readonly requester: Requester;
  readonly timeMachine: TimeMachine;
}

/** A kernel: its convolution, and its index in it. */
export interface KernelChoice {
  layer: 'firstLayer' | 'secondLayer';
  index: number;
}

/** Takes the training step at the time machine's handle apart. */
export class SlowMotion {
  readonly #context: Context;
  /** The step that is wanted, counted from 1. */
  #step = $state.raw(1);
  #parts = $state.raw<StepParts | null>(null);
  #problem = $state.raw<string | null>(null);
  /** The image that the person chose; null for the one with the largest loss. */
  #image = $state.raw<number | null>(null);
  kernel = $state.raw<KernelChoice>({ layer: 'firstLayer', index: 0 });

  constructor(context: Context) {
    this.#context = context;
  }

  get step(): number {
    return this.#step;
  }

  /** The step taken apart. Until it has arrived, the one before it; null if there is none. */
  get parts(): StepParts | null {
    return this.#parts;
  }

  /** Why the step cannot be shown; null if it can. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The index of the chosen image, by default of the one with the largest loss. */
  readonly imageIndex = $derived.by(() => {
    const images = this.#parts?.images ?? [];
    if (this.#image !== null && this.#image < images.length) return this.#image;
    return images.reduce((most, { loss }, i) => (loss > images[most]!.loss ? i : most), 0);
  });

  get image(): StepImage | null {
    return this.#parts?.images[this.imageIndex] ?? null;
  }

  get shownKernel(): StepKernel | null {
    return this.#parts?.[this.kernel.layer][this.kernel.index] ?? null;
  }

  /** How many of the images that are shown were read correctly before and after the step. */
  readonly correct = $derived.by(() => {
    const images = this.#parts?.images ?? [];
    return {
      before: images.filter(({ label, answer }) => answer === label).length,
      after: images.filter(({ label, answerAfter }) => answerAfter === label).length,
      /** Of how many the loss became smaller. */
      improved: images.filter(({ loss, lossAfter }) => lossAfter < loss).length,
    };
  });

  /** Whether this is the run's step; null if the run logged no loss to compare with. */
  get isExact(): boolean | null {
    if (this.#parts === null) return null;
    const { loss, loggedLoss } = this.#parts;
    return loggedLoss === null ? null : loss === loggedLoss;
  }

  readonly open = new Action(
    () => this.#refusal,
    () => {
      this.#parts = null;
      this.#go(this.#context.timeMachine.step);
      this.#context.dialogs.show('slowMotion');
    },
  );

  readonly previous = new Action(
    () => this.#refusal ?? (this.#step <= 1 ? 'This is the first step' : null),
    () => this.#move(-1),
  );

  readonly next = new Action(
    () => this.#refusal ?? (this.#step >= this.#context.timeMachine.newest ? 'This is the newest step' : null),
    () => this.#move(1),
  );

  readonly chooseImage = (index: number): void => {
    this.#image = index;
  };

  /** Call it when the engine was replaced: the one before may have ended before it answered. */
  follow(): void {
    if (this.#context.dialogs.isOpen('slowMotion') && this.#problem !== null) this.#ask();
  }

  get #refusal(): string | null {
    const { run, requester, timeMachine } = this.#context;
    if (run.name === null) return 'Choose a run first';
    return requester.refusalToAsk ?? (timeMachine.newest === 0 ? 'The run has no steps yet' : null);
  }

  /** The handle goes along, so that the rest of the window shows what the step led to. */
  #move(steps: -1 | 1): void {
    this.#go(this.#step + steps);
    this.#context.timeMachine.goTo(this.#step);
  }

  #go(step: number): void {
    this.#step = Math.max(1, step);
    this.#image = null;
    this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    const { name } = this.#context.run;
    if (name === null) return;
    const step = this.#step;
    try {
      const parts = await request('takeApart', { run: name, step });
      if (parts === null || step !== this.#step) return;
      this.#parts = decodeStep(parts);
      this.#problem = null;
    } catch (error) {
      this.#parts = null;
      this.#problem = (error as Error).message;
    }
  });
}
