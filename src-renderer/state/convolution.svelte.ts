import { untrack } from 'svelte';
import {
  type Convolution as Found,
  type ConvolutionLayer,
  type ConvolutionPlace,
  convolutions,
} from '@contract/convolution';
import { RequestError, request } from '../bridge';
import { LearningPace } from './learning-pace';
import { newestOnly } from './newest-only';
import type { Problems } from './problems.svelte';
import type { Recognition } from './recognition.svelte';
import type { StudioView } from './studio-view.svelte';

/** Half of a pooling window's two pixels. */
const WINDOW = 2;
const KERNEL = 5;

/** A square of the 28 x 28 input, in its pixels. */
export interface Square {
  x: number;
  y: number;
  side: number;
}

/** The arithmetic behind the pixel of a feature map that a person points at. Requested only while it is shown. */
export class Convolution {
  readonly #pace: LearningPace;
  readonly #recognition: Pick<Recognition, 'answer'>;
  readonly #problems: Problems;
  #watched = false;
  #place = $state.raw<ConvolutionPlace>({ layer: 'firstLayer', map: 0, x: 12, y: 12 });
  /** Whether the pixel stays when the pointer moves on. */
  #held = $state.raw(false);
  #found = $state.raw<{ place: ConvolutionPlace; arithmetic: Found } | null>(null);
  /** The input map whose products are shown; only of the second layer. */
  input = $state.raw(0);

  constructor(view: Pick<StudioView, 'isLearning'>, recognition: Pick<Recognition, 'answer'>, problems: Problems) {
    this.#pace = new LearningPace(view);
    this.#recognition = recognition;
    this.#problems = problems;
  }

  get place(): ConvolutionPlace {
    return this.#place;
  }

  get held(): boolean {
    return this.#held;
  }

  /** null if nothing is drawn, or it has not arrived. For the place before until that of the newest has arrived. */
  get found(): Found | null {
    return this.#found?.place.layer === this.#place.layer ? this.#found.arithmetic : null;
  }

  /** The part of the network's input that the pixel depends on. */
  get seen(): Square {
    const { layer, x, y } = this.#place;
    if (layer === 'firstLayer') return { x, y, side: KERNEL };
    // Through the second kernel, the pooling before it, and the first kernel.
    return { x: WINDOW * x, y: WINDOW * y, side: WINDOW * KERNEL + KERNEL - 1 };
  }

  /** The products that are shown: those of one input map. */
  get shownInput(): Found['inputs'][number] | null {
    return this.found?.inputs[this.found.inputs.length === 1 ? 0 : this.input] ?? null;
  }

  readonly chooseLayer = (layer: ConvolutionLayer): void => {
    const middle = convolutions[layer].side / 2;
    this.#held = false;
    this.#go({ layer, map: 0, x: middle, y: middle });
  };

  readonly chooseMap = (map: number): void => {
    this.#go({ ...this.#place, map });
  };

  /** Points at a pixel, unless another one is held. */
  readonly point = (x: number, y: number): void => {
    if (!this.#held) this.#go({ ...this.#place, x, y });
  };

  /** Holds a pixel, or lets it go if it is held. */
  readonly hold = (x: number, y: number): void => {
    const { x: heldX, y: heldY } = this.#place;
    this.#held = !(this.#held && x === heldX && y === heldY);
    this.#go({ ...this.#place, x, y });
  };

  /** Moves by pixels, as far as the map goes. */
  readonly move = (across: number, down: number): void => {
    const { layer, x, y } = this.#place;
    const last = convolutions[layer].side - 1;
    const within = (value: number) => Math.min(last, Math.max(0, value));
    this.#go({ ...this.#place, x: within(x + across), y: within(y + down) });
  };

  /** Starts watching. @returns a function that stops it */
  watch(): () => void {
    this.#watched = true;
    this.#pace.start();
    // The caller is an effect, which must not run again for each answer.
    untrack(() => this.follow());
    return () => (this.#watched = false);
  }

  /** Call it when there is a new answer, which another network or step may have given. */
  follow(): void {
    if (this.#watched && this.#pace.allows(this.#recognition.answer?.preview ?? null)) this.#ask();
  }

  #go(place: ConvolutionPlace): void {
    this.#place = place;
    if (this.#watched) this.#ask();
  }

  readonly #ask = newestOnly(async () => {
    const { answer } = this.#recognition;
    if (!answer?.frame) {
      this.#found = null;
      return;
    }
    const place = this.#place;
    try {
      const arithmetic = await this.#pace.measure(request('convolve', { image: answer.preview, place }));
      this.#found = { place, arithmetic };
    } catch (error) {
      this.#found = null;
      // Without a network there is nothing to show.
      if (!(error instanceof RequestError && error.problem.code === 'not-now')) this.#problems.reportError(error);
    }
  });
}
