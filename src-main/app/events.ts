/** Passes on what happens: to the window, the menu, the taskbar and the log. */
import { type EventName, type Events, type RunView, eventChannel } from '@contract/contract';
import { log } from './log';
import { updateMenu } from './menu';
import { theWindow } from './window';

/** Tells the window, where there is one that can be told; one that comes back asks for everything. */
export function tellWindow<N extends EventName>(name: N, payload: Events[N]): void {
  const contents = theWindow()?.webContents;
  if (!contents || contents.isDestroyed() || contents.isCrashed()) return;
  contents.send(eventChannel(name), payload);
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
  updateMenu(view);
  const share = progress ? progress.step / progress.totalSteps : 0;
  showProgress(state === 'running' || state === 'pausing' ? share : null);
  logRun(view);
}

/** @param share of the steps that are done; null while nothing runs */
export function showProgress(share: number | null): void {
  theWindow()?.setProgressBar(share ?? -1);
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
