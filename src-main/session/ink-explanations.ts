import type { InkEffects, TurningStroke } from '@contract/recognition';
import type { Drawing } from '@contract/schemas';
import { inkEffects } from '../recognition/ink-effects';
import type { Reader } from '../recognition/reading';
import { turningStroke } from '../recognition/turning-stroke';
import type { ActiveModel } from './active-model';

/** Explains the answers of the network that reads drawings. A new request of the same kind ends the one before. */
export class InkExplanations {
  #newest = { effects: 0, stroke: 0 };

  constructor(private readonly activeModel: Pick<ActiveModel, 'reader'>) {}

  /** @returns null if there is nothing to explain, or another request came meanwhile */
  effects(drawing: Drawing): Promise<InkEffects | null> {
    return inkEffects(this.#readerOf('effects'), drawing);
  }

  /** @returns null if no such stroke was found, or the search was ended, also by another request */
  turningStroke(drawing: Drawing, digit: number): Promise<TurningStroke | null> {
    return turningStroke(this.#readerOf('stroke'), drawing, digit);
  }

  endStrokeSearch(): void {
    this.#newest.stroke++;
  }

  /** @returns null once another request of this kind came */
  #readerOf(kind: 'effects' | 'stroke'): () => Reader | null {
    const number = ++this.#newest[kind];
    return () => (number === this.#newest[kind] ? this.activeModel.reader : null);
  }
}
