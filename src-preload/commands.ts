/**
 * Which command is allowed in which state of the open run, and why it is refused otherwise. The session, the menu and
 * the window's buttons all ask here, so that they cannot disagree.
 */
import type { RunView } from './contract';
import { type RunState, maxEpochs } from './schemas';

/** What the answer depends on. */
export type RunStatus = Pick<RunView, 'state' | 'run' | 'problem'>;

interface Rule {
  allowedIn: readonly RunState[];
  /** Completes "Pause it to ..." and "Open it to ...". */
  purpose: string;
  /** Refusals that say more than the usual one for the state. */
  refusals?: Partial<Record<RunState, (run: string) => string>>;
}

/** Nothing is being trained. */
const resting = ['idle', 'paused', 'finished', 'failed'] as const satisfies RunState[];

const nothingTrains = () => 'Nothing is being trained.';
const nothingUnsaved = () => 'Only a run that could not be saved can be discarded.';

const rules = {
  start: { allowedIn: resting, purpose: 'start another run' },
  pause: {
    allowedIn: ['running'],
    purpose: 'pause it',
    refusals: {
      idle: nothingTrains,
      paused: (run) => `${run} is paused already.`,
      finished: nothingTrains,
      failed: nothingTrains,
    },
  },
  resume: {
    allowedIn: ['paused', 'failed'],
    purpose: 'resume it',
    refusals: {
      running: (run) => `${run} is being trained already.`,
      finished: (run) => `${run} is finished. Add epochs to train it further.`,
    },
  },
  stop: {
    allowedIn: ['running', 'paused', 'failed'],
    purpose: 'stop it',
    refusals: { idle: (run) => `${run} is closed already.` },
  },
  discard: {
    allowedIn: ['paused'],
    purpose: 'discard it',
    refusals: { idle: nothingUnsaved, running: nothingUnsaved, finished: nothingUnsaved, failed: nothingUnsaved },
  },
  addEpochs: {
    allowedIn: ['paused', 'finished'],
    purpose: 'add epochs',
    refusals: { failed: (run) => `${run} failed. Resume it before you add epochs.` },
  },
  openRun: { allowedIn: resting, purpose: 'open another run' },
  openCheckpoint: { allowedIn: resting, purpose: 'open a checkpoint' },
  removeRun: { allowedIn: resting, purpose: 'remove it' },
  openWeights: { allowedIn: resting, purpose: 'open weights' },
  chooseFolder: { allowedIn: resting, purpose: 'choose another folder' },
  changeData: { allowedIn: resting, purpose: 'change the data' },
} as const satisfies Record<string, Rule>;

/** A command whose answer depends on the open run's state. */
export type RunCommand = keyof typeof rules;
export const runCommands = Object.keys(rules) as RunCommand[];

/** Whether the open run is in memory only, because it could not be written. */
export function isUnsaved({ problem }: Pick<RunStatus, 'problem'>): boolean {
  return problem?.code === 'checkpoint-not-written';
}

/** @returns why the command is refused now, in words; null when it is allowed */
export function refusalOf(command: RunCommand, status: RunStatus): string | null {
  const { allowedIn, purpose, refusals = {} }: Rule = rules[command];
  const { state, run } = status;
  if (command === 'discard' && !isUnsaved(status)) return nothingUnsaved();
  if (allowedIn.includes(state)) return null;
  if (run === null && command !== 'pause') return 'No run is open. Start one, or open one from the list.';
  const name = run ?? 'The run';
  const usual: Partial<Record<RunState, string>> = {
    idle: `${name} is closed. Open it to ${purpose}.`,
    running: `${name} is being trained. Pause it to ${purpose}.`,
    pausing: `${name} is being paused. Try again in a moment.`,
  };
  return refusals[state]?.(name) ?? usual[state] ?? `${name} is ${state}.`;
}

/**
 * Why a run cannot be given more epochs, in words; null when it can.
 * @param run its name
 * @param planned how many epochs it has, in all
 */
export function moreEpochsRefusal(run: string, planned: number, more: number): string | null {
  const room = Math.max(0, maxEpochs - planned);
  if (more <= room) return null;
  const number = (count: number) => count.toLocaleString('en');
  const has = `${run} has ${number(planned)} epochs`;
  if (room === 0) return `${has}, the most that a run can have. Start a new run from its weights.`;
  return `${has}, and a run has at most ${number(maxEpochs)}. Add ${number(room)} or fewer.`;
}
