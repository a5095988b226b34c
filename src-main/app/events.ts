/** Passes events on to the window, the menu, the taskbar and the log. */
import { type RunStatus, isTraining } from '@contract/commands';
import { type EventName, type Events, type RunView, eventChannel } from '@contract/contract';
import { log } from './log';
import { updateMenu } from './menu';
import { theWindow } from './window';

/** Sends an event to the window if it can receive one; after a reload the window asks for everything. */
export function tellWindow<N extends EventName>(name: N, payload: Events[N]): void {
  const contents = theWindow()?.webContents;
  if (!contents || contents.isDestroyed() || contents.isCrashed()) return;
  contents.send(eventChannel(name), payload);
}

/** The status that the menu's items depend on. */
let status: RunStatus = { state: 'idle', run: null, problem: null, trained: null };

/** Passes the engine's events on. */
export function follow<N extends EventName>(name: N, payload: Events[N]): void {
  tellWindow(name, payload);
  if (name === 'run') {
    const { state, run, problem } = payload as Events['run'];
    status = { ...status, state, run, problem };
    updateMenu(status);
    logRun(payload as Events['run']);
  } else if (name === 'trained') {
    const trained = payload as Events['trained'];
    const isSame = trained?.run === status.trained?.run && trained?.state === status.trained?.state;
    status = { ...status, trained };
    if (!isSame) updateMenu(status);
    const isGoingOn = trained !== null && isTraining(trained.state);
    showProgress(isGoingOn ? trained.progress.step / trained.progress.totalSteps : null);
    if (trained) logRun(trained);
  } else if (name === 'queue') {
    status = { ...status, waiting: (payload as Events['queue']).waiting.length };
    updateMenu(status);
  } else if (name === 'device') {
    const { description, problem } = payload as Events['device'];
    log.info(`Device: ${description}${problem === null ? '' : `. ${problem}`}`);
  }
}

/** @param share of the steps done, 0 to 1; null while no run is trained */
export function showProgress(share: number | null): void {
  theWindow()?.setProgressBar(share ?? -1);
}

/** The last log entry of each run. */
const logged = new Map<string, string>();

/** Logs a run's state and problem if they have changed. */
function logRun({ run, state, progress, problem }: Pick<RunView, 'run' | 'state' | 'progress' | 'problem'>): void {
  const name = run ?? 'No run';
  const reason = problem === null ? '' : `. ${problem.message}`;
  if (logged.get(name) === state + reason) return;
  logged.set(name, state + reason);
  const step = progress === null ? '' : ` at step ${progress.step} of ${progress.totalSteps}`;
  log[problem === null ? 'info' : 'warn'](`${name}: ${state}${step}${reason}`);
}
