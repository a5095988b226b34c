/** Gathers what happens while a run trains, and paces what is told of it. */
import type { EngineEventName, Events, Progress, Reports } from '@contract/contract';
import type { TestReport, TrainReport } from '@contract/contract';

/** Tells whoever shows the session. */
export type Emit = <N extends EngineEventName>(name: N, payload: Events[N]) => void;

/** Milliseconds from one event of a kind to the next. */
const EVERY = { reports: 50, samples: 500, runs: 1000 };

export class Reporter {
  #pending: Omit<Reports, 'progress'> = { train: [], test: [], lines: [] };
  readonly #last = { reports: 0, samples: 0, runs: 0 };

  constructor(private readonly emit: Emit) {}

  addTrain(report: TrainReport, line: string): void {
    this.#pending.train.push(report);
    this.#pending.lines.push(line);
  }

  addTest(report: TestReport, line: string): void {
    this.#pending.test.push(report);
    this.#pending.lines.push(line);
  }

  /** Whether it is time for an event of this kind; if so, the next one waits anew. */
  isTimeFor(kind: keyof typeof EVERY): boolean {
    const now = performance.now();
    if (now - this.#last[kind] < EVERY[kind]) return false;
    this.#last[kind] = now;
    return true;
  }

  /** Sends all that was gathered. */
  send(progress: Progress): void {
    this.emit('reports', { progress, ...this.#pending });
    this.forget();
  }

  /** Drops what was gathered of a run that is closed. */
  forget(): void {
    this.#pending = { train: [], test: [], lines: [] };
  }
}
