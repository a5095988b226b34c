import type { Problem } from '@contract/contract';
import { RequestError } from '../bridge';

/** Where a problem comes from: the application itself, the open run, or something that was asked for. */
export type Source = 'start' | 'run' | 'request';

export interface ShownProblem extends Problem {
  source: Source;
}

/** What went wrong and is not solved yet: one problem of each source, of which the banner shows the newest. */
export class Problems {
  /** Oldest first. */
  #unsolved = $state.raw<readonly ShownProblem[]>([]);

  get shown(): ShownProblem | null {
    return this.#unsolved.at(-1) ?? null;
  }

  report(source: Source, problem: Problem): void {
    this.#unsolved = [...this.#without(source), { ...problem, source }];
  }

  /** Shows why a request failed. */
  reportError(error: unknown): void {
    if (error instanceof RequestError) this.report('request', error.problem);
    else this.report('request', { code: 'unexpected', message: `Something unexpected happened: ${String(error)}` });
  }

  /** The problem of this source is solved. */
  settle(source: Source): void {
    this.#unsolved = this.#without(source);
  }

  /** The shown problem gives way to the one before. */
  dismiss(): void {
    this.#unsolved = this.#unsolved.slice(0, -1);
  }

  #without(source: Source): ShownProblem[] {
    return this.#unsolved.filter((problem) => problem.source !== source);
  }
}
