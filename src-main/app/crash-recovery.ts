/** Handles unexpected failures: uncaught errors, a crashed window, a lost engine. */
import { type BrowserWindow, type MessageBoxOptions, app, dialog } from 'electron';
import { showProgress, tellWindow } from './events';
import { log } from './log';
import { showMessage } from './dialogs';
import { RateLimit } from '../base/rate-limit';
import { loadPage, theWindow } from './window';

/** The window is reloaded without asking at most this often within this period (milliseconds). */
const MAX_RELOADS = 3;
const RELOAD_PERIOD = 60_000;

/** Logs and shows uncaught errors. Training continues, since it has its own thread. */
export function catchErrors(): void {
  const report = (error: unknown) => {
    log.error('Uncaught:', error);
    const words = `An unexpected error occurred in Digit Studio: ${error instanceof Error ? error.message : String(error)}.`;
    if (theWindow()) {
      const way = 'If something no longer works, quit and start again; runs are saved. The log has details.';
      tellWindow('problem', { code: 'internal', message: `${words} ${way}` });
      return;
    }
    dialog.showErrorBox(
      'Digit Studio cannot start',
      `${words}\n\nThe log has details: ${app.getPath('userData')}/logs`,
    );
    app.exit(1);
  };
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    log.warn(`A Chromium process ended (${type}): ${reason}, exit code ${exitCode}`);
    // Chromium starts this one again.
    if (type === 'GPU') tellWindow('canvasesEmptied', null);
  });
}

/** Reloads the window if its process crashes or its page goes blank; the main process keeps everything it shows. */
export function recoverWindow(window: BrowserWindow): void {
  const reloads = new RateLimit(MAX_RELOADS, RELOAD_PERIOD);
  const reload = () => {
    // Not during the event, when Electron is still tearing down the old page.
    setImmediate(() => {
      if (!window.isDestroyed()) loadPage(window);
    });
  };
  const recover = (reason: string) => {
    if (reloads.take()) {
      reload();
      return;
    }
    void isFirstPressed({
      message: 'The window keeps crashing',
      detail: `Reason: ${reason}. A run that is being trained continues. Quitting pauses and saves it.`,
      buttons: ['Try again', 'Quit'],
    }).then((again) => {
      reloads.reset();
      if (again) reload();
      else window.close();
    });
  };
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    log.error(`The window's process ended: ${reason}, exit code ${exitCode}`);
    recover(reason);
  });
  // No earlier event announces that a page navigates to about:blank.
  window.webContents.on('did-navigate', (_event, url) => {
    if (url === 'about:blank') recover('its page went blank');
  });
  window.on('unresponsive', () => {
    log.warn('The window does not respond');
  });
  window.on('responsive', () => {
    log.info('The window responds again');
  });
}

/** Offers a restart when the engine is gone and cannot be started in this process. @param reason in words */
export async function offerRestart(reason: string): Promise<void> {
  showProgress(null);
  const what = 'The training engine stopped and could not be started again';
  const saved = 'Runs are saved up to their newest checkpoint and continue from there';
  tellWindow('engineLost', {
    code: 'engine-died',
    message: `${what} (${reason}). ${saved} once you have quit Digit Studio and started it again.`,
  });
  const again = await isFirstPressed({
    message: what,
    detail: `Reason: ${reason}. ${saved} after a restart.`,
    buttons: ['Restart Digit Studio', 'Not now'],
  });
  if (!again) return;
  app.relaunch();
  app.exit(0);
}

/** Asks a question. Escape presses the second button. @returns whether the first was pressed */
async function isFirstPressed(question: MessageBoxOptions): Promise<boolean> {
  return (await showMessage({ ...question, type: 'error', defaultId: 0, cancelId: 1, noLink: true })) === 0;
}
