import type { Arranger, Job, Layout, Listener } from './layouts';

export type ToWorker = { kind: 'arrange'; job: Job | null } | { kind: 'place'; units: string | null };
export type FromWorker = { kind: 'layout'; layout: Layout } | { kind: 'place'; point: [number, number] | null };

/** `Layouts` in a worker. */
export class WorkerLayouts implements Arranger {
  readonly #worker = new Worker(new URL('./layouts.worker.ts', import.meta.url), { type: 'module' });

  constructor({ onLayout, onPlace }: Listener) {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'layout') onLayout(data.layout);
      else onPlace(data.point);
    });
  }

  arrange(job: Job | null): void {
    this.#send({ kind: 'arrange', job });
  }

  place(units: string | null): void {
    this.#send({ kind: 'place', units });
  }

  close(): void {
    this.#worker.terminate();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
