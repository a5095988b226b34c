/** Closing the window quits the application. */
import { type BrowserWindow, type MessageBoxOptions, app } from 'electron';
import type { DrawingsFolder } from '../drawings/drawings-folder';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import { showMessage } from './dialogs';
import { log } from './log';
import { type Questions, decideToQuit } from './quit-decision';
import { theWindow } from './window';

/** Whether the application starts again after it has quit. */
let restarts = false;

/** Quits as closing the window does, then starts the application again. */
export function restart(): void {
  restarts = true;
  theWindow()?.close();
}

/**
 * Pauses the run before the window closes, and asks before unsaved data is lost.
 * @param drawings also waited for, so that a drawing labelled a moment ago is saved
 */
export function closeSafely(window: BrowserWindow, engine: EngineSupervisor, drawings: DrawingsFolder): void {
  let closing = false;
  window.on('close', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    const saved = drawings.idle().then(() => engine.request('close', undefined));
    void decideToQuit(saved, questions).then((decision) => {
      closing = false;
      if (decision === 'stay') {
        restarts = false;
        return;
      }
      log.info(decision === 'quit' ? 'Ended' : 'Ended at once because the engine did not respond');
      // The new application waits until this one has ended, in whichever way.
      if (restarts) app.relaunch();
      // The engine thread ends together with the process, not before it. A thread that hangs in the native library
      // would block a normal exit forever.
      if (decision === 'quit') app.exit(0);
      else process.kill(process.pid, 'SIGKILL');
    });
  });
}

const questions: Questions = {
  quitUnsaved: (reason) =>
    isSecondPressed({
      message: 'Quit without saving the run?',
      detail: `${reason}\n\nIf you quit now, everything after its newest checkpoint is lost.`,
      buttons: ['Go back', 'Quit without saving'],
    }),
  quitHung: (signal) =>
    isSecondPressed({
      message: 'The training engine is not responding',
      detail:
        'Digit Studio cannot tell whether the run is saved. It is saved at least up to its newest checkpoint. Wait, or quit now.',
      buttons: ['Wait', 'Quit now'],
      signal,
    }),
};

/** Asks a question. Enter and Escape press the first button. @returns whether the second was pressed */
async function isSecondPressed(question: MessageBoxOptions): Promise<boolean> {
  return (await showMessage({ ...question, type: 'warning', defaultId: 0, cancelId: 0, noLink: true })) === 1;
}
