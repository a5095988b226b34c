import type { PinnedAnswer, PinnedDrawing as PinnedDrawingView } from '@contract/recognition';
import { toGreyImage } from '../data/grey-image';
import { mostLikely } from '../training/evaluate';
import type { Network } from '../network/network';
import type { Emit } from './session-events';

/** A drawing that is read again after each test of a run. Sends an event for each change. */
export class PinnedDrawing {
  #pixels: Uint8Array | null = null;
  #answers: PinnedAnswer[] = [];
  /** The id of the run that is or was last trained, which gave the answers. */
  #runId: string | null = null;

  constructor(private readonly emit: Emit) {}

  /** @param pixels 28 x 28 grey values; null unpins the drawing */
  pin(pixels: Uint8Array | null): void {
    this.#pixels = pixels;
    this.#answers = [];
    this.#send();
  }

  /** Call it when a run begins to train. The answers of another run are forgotten. @param runId see `StateFile.runId` */
  follow(runId: string): void {
    if (runId === this.#runId) return;
    this.#runId = runId;
    if (this.#answers.length === 0) return;
    this.#answers = [];
    this.#send();
  }

  /** Call it after each test of the run. @param epoch the number of epochs trained, 0 before the first */
  readAgain(network: Network, epoch: number): void {
    if (this.#pixels === null) return;
    // A run may have returned to an older checkpoint.
    const before = this.#answers.filter((answer) => answer.epoch < epoch);
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
