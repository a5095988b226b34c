import type { PinnedAnswer, PinnedDrawing as PinnedDrawingView } from '@contract/recognition';
import { toGreyImage } from '../data/grey-image';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../network/network';
import type { Emit } from './session-events';

/** A drawing that is read again after each test of a run. Sends an event for each change. */
export class PinnedDrawing {
  #pixels: Uint8Array | null = null;
  #answers: PinnedAnswer[] = [];
  /** The id of the run that gave the answers. */
  #runId: string | null = null;

  constructor(private readonly emit: Emit) {}

  /** @param pixels 28 x 28 grey values; null unpins the drawing */
  pin(pixels: Uint8Array | null): void {
    this.#pixels = pixels;
    this.#answers = [];
    this.#send();
  }

  /** @param runId see `StateFile.runId` @param epoch the number of epochs trained, 0 before the first */
  readAgain(network: Network, runId: string, epoch: number): void {
    if (this.#pixels === null) return;
    // A run may have returned to an older checkpoint.
    const before = runId === this.#runId ? this.#answers.filter((answer) => answer.epoch < epoch) : [];
    this.#runId = runId;
    const logProbabilities = network.logProbabilities(this.#pixels, 1);
    const digit = mostLikely(logProbabilities);
    this.#answers = [...before, { epoch, digit, probability: Math.exp(logProbabilities[digit]!) }];
    this.#send();
  }

  /** null if no drawing is pinned. */
  get view(): PinnedDrawingView | null {
    return this.#pixels && { pixels: toGreyImage(this.#pixels), answers: this.#answers };
  }

  #send(): void {
    this.emit('pinned', this.view);
  }
}
