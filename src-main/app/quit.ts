/** Closing the window ends the application, and loses nothing without a question. */
import { type BrowserWindow, app } from 'electron';
import type { EngineSupervisor } from '../engine/engine-supervisor';
import { log } from './log';
import { showMessage } from './dialogs';

/** Closing the window pauses a run first, and asks before anything that is not on the disk is lost. */
export function closeSafely(window: BrowserWindow, engine: EngineSupervisor): void {
  let closing = false;
  window.on('close', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    void engine.request('close', undefined).then(async (reply) => {
      const unsaved = reply.ok ? reply.value : null;
      if (unsaved && !(await agreesToLose(unsaved.message))) {
        closing = false;
        return;
      }
      log.info('Ended');
      // Ends the engine's thread together with the process, not before it.
      app.exit(0);
    });
  });
}

async function agreesToLose(message: string): Promise<boolean> {
  const pressed = await showMessage({
    type: 'warning',
    message: 'The run could not be saved',
    detail: message,
    buttons: ['Go back', 'Quit and lose it'],
    defaultId: 0,
    cancelId: 0,
  });
  return pressed === 1;
}
