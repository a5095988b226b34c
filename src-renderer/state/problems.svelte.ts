import type { Problem } from '@contract/contract';
import { RequestError } from '../bridge';

/**
 * The source of a problem: the application itself, the open run, a request, or the chosen device, which is no failure: it
 * is used after a restart.
 */
export type Source = 'start' | 'run' | 'request' | 'device';

export interface ShownProblem extends Problem {
  source: Source;
}

/** The unsolved problems, one from each source; the banner shows the newest. */
export class Problems {
  /** Oldest first. */
  #unsolved = $state.raw<readonly ShownProblem[]>([]);
  #hasEnded = false;

  get shown(): ShownProblem | null {
    return this.#unsolved.at(-1) ?? null;
  }

  report(source: Source, problem: Problem): void {
    this.#unsolved = [...this.#without(source), { ...problem, source }];
  }

  /** Reports that nothing works any more. Later failures, which are only consequences, are not reported. */
  reportEnd(problem: Problem): void {
    this.report('start', problem);
    this.#hasEnded = true;
  }

  /** Shows why a request failed. */
  reportError(error: unknown): void {
    if (this.#hasEnded) return;
    if (error instanceof RequestError) this.report(sourceOf(error.problem), error.problem);
    else this.report('request', { code: 'unexpected', message: `An unexpected error occurred: ${String(error)}` });
  }

  /** Removes the problem of this source, which is solved. */
  settle(source: Source): void {
    this.#unsolved = this.#without(source);
  }

  /** Dismisses the shown problem, which uncovers the previous one. */
  dismiss(): void {
    this.#unsolved = this.#unsolved.slice(0, -1);
  }

  #without(source: Source): ShownProblem[] {
    return this.#unsolved.filter((problem) => problem.source !== source);
  }
}

const sourceOf = ({ code }: Problem): Source => (code === 'device-needs-restart' ? 'device' : 'request');
