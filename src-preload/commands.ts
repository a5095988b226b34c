/**
 * Decides which commands are allowed, and why others are refused. The session, the menu and the window's buttons all
 * use this table, so that they cannot disagree. `pause` refers to the trained run, all other commands to the shown run.
 * `openRun`, `openCheckpoint` and `openWeights` are always allowed, since showing something does not affect training.
 */
import type { RunView, TrainedRun } from './contract';
import { type RunState, maxEpochs } from './schemas';

/** The state that the answer depends on: the shown run, and the last trained run, which may be the same. */
export interface RunStatus extends Pick<RunView, 'state' | 'run' | 'problem'> {
  trained: Pick<TrainedRun, 'run' | 'state'> | null;
  /** The number of waiting runs. */
  waiting?: number;
}

interface Rule {
  /** Needs the engine for itself, so it is refused while a run is trained. Completes "Pause it to ...". */
  purpose?: string;
  /** The states of the shown run that allow it; all by default. */
  allowedIn?: readonly RunState[];
  /** The messages in other states. */
  refusals?: Partial<Record<RunState, (run: string) => string>>;
  /** Refused if no run is waiting. */
  needsWaiting?: boolean;
}

const rules = {
  start: { purpose: 'start another run' },
  /** Always allowed: the run starts when the trained one is finished or has failed. */
  enqueue: {},
  startNext: { purpose: 'start the next run', needsWaiting: true },
  takeBack: {},
  resume: {
    purpose: 'resume another run',
    allowedIn: ['paused', 'failed'],
    refusals: {
      running: (run) => `${run} is already being trained.`,
      finished: (run) => `${run} is finished. Add epochs to train it further.`,
    },
  },
  addEpochs: {
    purpose: 'add epochs',
    allowedIn: ['paused', 'finished'],
    refusals: { failed: (run) => `${run} failed. Resume it before you add epochs.` },
  },
  openRun: {},
  openCheckpoint: {},
  openWeights: {},
  chooseFolder: { purpose: 'choose another folder' },
  changeData: { purpose: 'change the data' },
  changeDevice: { purpose: 'change the device' },
} as const satisfies Record<string, Rule>;

/** A command that may be refused. */
export type RunCommand = 'pause' | 'discard' | keyof typeof rules;
export const runCommands: RunCommand[] = ['pause', 'discard', ...(Object.keys(rules) as (keyof typeof rules)[])];

/** Whether a run is only in memory because it could not be written. */
export function isUnsaved({ problem }: Pick<RunStatus, 'problem'>): boolean {
  return problem?.code === 'checkpoint-not-written';
}

/** Whether a run in this state occupies the engine. */
export function isTraining(state: RunState): boolean {
  return state === 'running' || state === 'pausing';
}

/** @returns why the command is refused now, in words; null if it is allowed */
export function refusalOf(command: RunCommand, status: RunStatus): string | null {
  if (command === 'pause') return pauseRefusal(status);
  if (command === 'discard') return isUnsaved(status) ? null : 'Only a run that could not be saved can be discarded.';
  const { purpose, allowedIn, refusals = {}, needsWaiting = false }: Rule = rules[command];
  const { state, run, trained } = status;
  if (needsWaiting && (status.waiting ?? 0) === 0) return 'No run is waiting.';
  if (allowedIn && run === null) return 'No run is shown. Start one, or choose one from the list.';
  const name = run ?? 'The run';
  const refusal = refusals[state]?.(name);
  if (state === 'running' && refusal !== undefined) return refusal;
  if (purpose !== undefined && trained && isTraining(trained.state)) return trainingRefusal(trained, purpose);
  if (!allowedIn || allowedIn.includes(state)) return null;
  return refusal ?? `${name} is ${state}.`;
}

/**
 * @param run its name; it need not be shown
 * @param shownName its name in words
 * @returns why it cannot be removed now, in words; null if it can
 */
export function removalRefusal(run: string, { trained }: Pick<RunStatus, 'trained'>, shownName = run): string | null {
  if (trained?.run !== run || !isTraining(trained.state)) return null;
  return trainingRefusal({ ...trained, run: shownName }, 'remove it');
}

function pauseRefusal({ state, run, trained }: RunStatus): string | null {
  if (trained?.state === 'running') return null;
  if (trained?.state === 'pausing') return trainingRefusal(trained, 'pause it');
  return state === 'paused' ? `${run ?? 'The run'} is already paused.` : 'Nothing is being trained.';
}

function trainingRefusal({ run, state }: NonNullable<RunStatus['trained']>, purpose: string): string {
  if (state === 'pausing') return `${run} is being paused. Try again in a moment.`;
  return `${run} is being trained. Pause it to ${purpose}.`;
}

/**
 * Why epochs cannot be added to a run, in words; null if they can.
 * @param run its name
 * @param planned its total number of epochs
 */
export function moreEpochsRefusal(run: string, planned: number, more: number): string | null {
  const room = Math.max(0, maxEpochs - planned);
  if (more <= room) return null;
  const number = (count: number) => count.toLocaleString('en');
  const has = `${run} has ${number(planned)} epochs`;
  if (room === 0) return `${has}, the most that a run can have. Start a new run from its weights.`;
  return `${has}, and a run can have at most ${number(maxEpochs)}. Add ${number(room)} or fewer.`;
}
