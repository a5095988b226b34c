import type { Problem } from '@contract/contract';
import { RequestError } from '../bridge';

/** Where a problem comes from: the application itself, the open run, or something that was asked for. */
export type Source = 'start' | 'run' | 'request';

export interface ShownProblem extends Problem {
  source: Source;
}

/** The problem in the banner. It stays until it is dismissed, dealt with, or another takes its place. */
export class Problems {
  #shown = $state.raw<ShownProblem | null>(null);

  get shown(): ShownProblem | null {
    return this.#shown;
  }

  report(source: Source, { code, message }: Problem): void {
    this.#shown = { source, code, message };
  }

  /** Shows why a request failed. */
  reportError(error: unknown): void {
    if (error instanceof RequestError) this.report('request', error);
    else this.report('request', { code: 'unexpected', message: `Something unexpected happened: ${String(error)}` });
  }

  /** The problem of this source is dealt with. */
  settle(source: Source): void {
    if (this.#shown?.source === source) this.#shown = null;
  }

  dismiss(): void {
    this.#shown = null;
  }
}
