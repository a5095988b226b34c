/** Passes on what happens: to the window, the menu, the taskbar and the log. */
import { BrowserWindow } from 'electron';
import { type EventName, type Events, type RunView, eventChannel } from '@contract/contract';
import { log } from './log';
import { updateMenu } from './menu';

/** @returns whether there is a window that can be told */
export function tellWindow<N extends EventName>(name: N, payload: Events[N]): boolean {
  const [window] = BrowserWindow.getAllWindows();
  if (!window || window.webContents.isDestroyed() || window.webContents.isCrashed()) return false;
  window.webContents.send(eventChannel(name), payload);
  return true;
}

/** Passes the engine's events on. */
export function follow<N extends EventName>(name: N, payload: Events[N]): void {
  tellWindow(name, payload);
  if (name === 'run') followRun(payload as Events['run']);
  else if (name === 'reports') {
    const { step, totalSteps } = (payload as Events['reports']).progress;
    showProgress(step / totalSteps);
  } else if (name === 'device') {
    const { description, problem } = payload as Events['device'];
    log.info(`Device: ${description}${problem === null ? '' : `. ${problem}`}`);
  }
}

function followRun(view: RunView): void {
  const { state, progress } = view;
  updateMenu(state);
  const share = progress ? progress.step / progress.totalSteps : 0;
  showProgress(state === 'running' || state === 'pausing' ? share : null);
  logRun(view);
}

/** @param share of the steps that are done; null while nothing runs */
function showProgress(share: number | null): void {
  BrowserWindow.getAllWindows()[0]?.setProgressBar(share ?? -1);
}

let lastLogged = '';

/** Logs a run's state and problem where they are others than at the last time. */
function logRun({ run, state, progress, problem }: RunView): void {
  const words = `${run ?? 'No run'}: ${state}`;
  const reason = problem === null ? '' : `. ${problem.message}`;
  if (words + reason === lastLogged) return;
  lastLogged = words + reason;
  const place = progress === null ? '' : ` at step ${progress.step} of ${progress.totalSteps}`;
  log[problem === null ? 'info' : 'warn'](`${words}${place}${reason}`);
}
