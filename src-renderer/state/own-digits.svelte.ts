import { SvelteMap } from 'svelte/reactivity';
import type { KeptDrawings, KeptDrawingsTest, Prediction } from '@contract/contract';
import { request } from '../bridge';
import type { Content } from './drawing.svelte';

/** The digits that the person said their drawings were, and how well the network does on them. */
export class OwnDigits {
  /** What was said of which drawing since the window opened. */
  readonly #said = new SvelteMap<Content, { id: string; label: number }>();
  #kept = $state.raw<KeptDrawings>({ count: 0, damaged: [] });
  #test = $state.raw<KeptDrawingsTest | null>(null);

  /** All that are on the disk. */
  get kept(): KeptDrawings {
    return this.#kept;
  }

  /** null when there was no test since the last change. */
  get test(): KeptDrawingsTest | null {
    return this.#test;
  }

  /** What the person said of this drawing; null when nothing. */
  labelOf(content: Content): number | null {
    return this.#said.get(content)?.label ?? null;
  }

  /**
   * Keeps the drawing with its digit; said of the same drawing twice, takes it back.
   * @throws RequestError
   */
  async say(content: Content, label: number, { preview }: Prediction): Promise<void> {
    const known = this.#said.get(content);
    if (known?.label === label) {
      await request('forgetDrawing', known.id);
      this.#said.delete(content);
    } else {
      const id = known?.id ?? crypto.randomUUID();
      await request('keepDrawing', { id, label, pixels: preview, strokes: content.strokes });
      this.#said.set(content, { id, label });
    }
    await this.look();
  }

  /** Looks which drawings are on the disk. @throws RequestError */
  async look(): Promise<void> {
    this.#kept = await request('getKeptDrawings');
    this.#test = null;
  }

  /** Tests the network that answers on them. @throws RequestError */
  async runTest(): Promise<void> {
    const test = await request('testKeptDrawings');
    this.#kept = test;
    this.#test = test;
  }
}
