import type { MapStyle } from './map-style';
import type { MapAnswers } from './painter';

export type ToPainter =
  { kind: 'style'; style: MapStyle } | { kind: 'images'; answers: MapAnswers; points: Float32Array };

/** `Painter` in a worker, so that the window stays smooth while a playback moves the images many times a second. */
export class WorkerPainter {
  readonly #worker = new Worker(new URL('./painter.worker.ts', import.meta.url), { type: 'module' });

  /** @param onpaint called with each picture, at most once a frame */
  constructor(onpaint: (picture: ImageBitmap) => void) {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<ImageBitmap>) => onpaint(data));
  }

  setStyle(style: MapStyle): void {
    this.#send({ kind: 'style', style });
  }

  show(answers: MapAnswers, points: Float32Array): void {
    this.#send({ kind: 'images', answers, points });
  }

  close(): void {
    this.#worker.terminate();
  }

  #send(message: ToPainter): void {
    this.#worker.postMessage(message);
  }
}
