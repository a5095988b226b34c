import { type RunStatus, isTraining } from '@contract/commands';
import type { CheckpointInfo, Problem, Progress, Reports, RunView } from '@contract/contract';
import type { History, RunConfig, RunState } from '@contract/schemas';
import { type LogPart, withLines } from './log-parts';

/** The shown run and its reports so far. */
export class OpenRun {
  #state = $state.raw<RunState>('idle');
  #folder = $state.raw<string | null>(null);
  #name = $state.raw<string | null>(null);
  #olderCheckpoint = $state.raw<string | null>(null);
  #begunFrom = $state.raw<RunView['begunFrom']>(null);
  #isLesson = $state.raw(false);
  #data = $state.raw<RunView['data']>(null);
  #config = $state.raw<RunConfig | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #testTotal = $state.raw(0);
  #log = $state.raw<LogPart[]>([]);
  // The lists grow in place; a new object around them tells Svelte that they changed.
  #history = $state.raw<History>({
    trainLosses: [],
    trainCounter: [],
    testLosses: [],
    testCounter: [],
    testCorrect: [],
  });

  get state(): RunState {
    return this.#state;
  }
  /** See `RunView`. Changes together with the run, unlike that of `StudioView`. */
  get folder(): string | null {
    return this.#folder;
  }
  get name(): string | null {
    return this.#name;
  }
  /** See `RunView`. */
  get olderCheckpoint(): string | null {
    return this.#olderCheckpoint;
  }
  get begunFrom(): RunView['begunFrom'] {
    return this.#begunFrom;
  }
  /** See `RunView`. */
  get isLesson(): boolean {
    return this.#isLesson;
  }
  /** See `RunView`. */
  get data(): RunView['data'] {
    return this.#data;
  }
  get config(): RunConfig | null {
    return this.#config;
  }
  get progress(): Progress | null {
    return this.#progress;
  }
  get problem(): Problem | null {
    return this.#problem;
  }
  get testTotal(): number {
    return this.#testTotal;
  }
  get log(): LogPart[] {
    return this.#log;
  }
  get history(): History {
    return this.#history;
  }

  /** The part of it that the table of commands uses. */
  get status(): Omit<RunStatus, 'trained'> {
    return { state: this.#state, run: this.#name, problem: this.#problem };
  }

  /** Whether it is being trained. */
  readonly moving = $derived(isTraining(this.#state));

  /** The accuracy in the last test, 0 to 1; null before the first. */
  readonly testAccuracy = $derived.by(() => {
    const correct = this.#history.testCorrect.at(-1);
    return correct === undefined || this.#testTotal === 0 ? null : correct / this.#testTotal;
  });

  /** Whether the weights are those of this checkpoint. */
  shows({ run, name, latest }: CheckpointInfo): boolean {
    if (run !== this.#name || this.moving) return false;
    return this.#olderCheckpoint === null ? latest : this.#olderCheckpoint === name;
  }

  replace(view: RunView): void {
    this.#state = view.state;
    this.#folder = view.folder;
    this.#name = view.run;
    this.#olderCheckpoint = view.olderCheckpoint;
    this.#begunFrom = view.begunFrom;
    this.#isLesson = view.isLesson;
    this.#data = view.data;
    this.#config = view.config;
    this.#progress = view.progress;
    this.#problem = view.problem;
    this.#testTotal = view.testTotal;
    this.#history = view.history;
    this.#log = withLines([], view.log);
  }

  /** Call it when the engine that trained the run has stopped. */
  cutOff(): void {
    if (this.moving) this.#state = 'failed';
  }

  append({ progress, train, test, lines }: Reports): void {
    const history = this.#history;
    for (const { examplesSeen, loss } of train) {
      history.trainCounter.push(examplesSeen);
      history.trainLosses.push(loss);
    }
    for (const { examplesSeen, loss, correct, total } of test) {
      history.testCounter.push(examplesSeen);
      history.testLosses.push(loss);
      history.testCorrect.push(correct);
      this.#testTotal = total;
    }
    if (train.length + test.length > 0) this.#history = { ...history };
    if (lines.length > 0) this.#log = withLines(this.#log, lines);
    this.#progress = progress;
  }
}
