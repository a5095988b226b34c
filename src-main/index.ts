// First of all, see there for the reason.
import './native-first';
import { BrowserWindow, app, dialog } from 'electron';
import { join } from 'node:path';
import { type EventName, type Events, eventChannel } from '@contract/contract';
import { EngineClient } from './engine/client';
import { handlersFor } from './ipc/handlers';
import { serve } from './ipc/serve';
import { setMenu, updateMenu } from './menu';
import { SettingsStore } from './settings';
import { confineContents, openWindow, registerScheme, secureSession } from './window';

// Root cannot have the sandbox of the operating system, and asks for its absence by this switch.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerScheme();
confineContents();

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

function start(): void {
  const settings = new SettingsStore();
  const engine = new EngineClient(join(import.meta.dirname, 'engine.cjs'), follow, reportDeath);
  const opened = engine.request('open', { folder: settings.get('folder'), dataFolder: settings.get('dataFolder') });
  secureSession();
  serve(handlersFor(engine, opened, settings));
  setMenu((command) => {
    tellWindow('command', command);
  });
  closeSafely(openWindow(settings), engine);
}

/** Passes the engine's events on to the window, the menu and the taskbar. */
function follow<N extends EventName>(name: N, payload: Events[N]): void {
  tellWindow(name, payload);
  const window = BrowserWindow.getAllWindows()[0];
  if (name === 'run') {
    const { state, progress } = payload as Events['run'];
    updateMenu(state);
    const share = progress ? progress.step / progress.totalSteps : 0;
    window?.setProgressBar(state === 'running' || state === 'pausing' ? share : -1);
  } else if (name === 'reports') {
    const { step, totalSteps } = (payload as Events['reports']).progress;
    window?.setProgressBar(step / totalSteps);
  }
}

function tellWindow<N extends EventName>(name: N, payload: Events[N]): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window && !window.webContents.isDestroyed()) window.webContents.send(eventChannel(name), payload);
}

function reportDeath(message: string): void {
  dialog.showErrorBox('Digit Studio', message);
}

/** Closing the window pauses a run first, and asks before anything that is not on the disk is lost. */
function closeSafely(window: BrowserWindow, engine: EngineClient): void {
  let closing = false;
  window.on('close', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    void engine.request('close', undefined).then(async (reply) => {
      const unsaved = reply.ok ? reply.value : null;
      if (unsaved && !(await agreesToLose(window, unsaved.message))) {
        closing = false;
        return;
      }
      // Ends the engine's thread with the process; TensorFlow does not survive being ended alone.
      app.exit(0);
    });
  });
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore();
    window.focus();
  });
}

async function agreesToLose(window: BrowserWindow, message: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: 'The run could not be saved',
    detail: message,
    buttons: ['Go back', 'Quit and lose it'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}
