// First of all, see there for the reason.
import './native-first';
import { app } from 'electron';
import { join } from 'node:path';
import { closeSafely } from './closing';
import { bringBack, catchErrors, offerRestart } from './crashes';
import { copyDiagnostics, logStart, showLog } from './diagnostics';
import { EngineKeeper } from './engine/keeper';
import { follow, tellWindow } from './events';
import { handlersFor } from './ipc/handlers';
import { serve } from './ipc/serve';
import { log, openLog } from './log';
import { setMenu } from './menu';
import { SettingsStore } from './settings/store';
import { comeForward, confineContents, openWindow, registerScheme, secureSession } from './window';

// Root cannot have the sandbox of the operating system, and asks for its absence by this switch.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
const profile = app.getPath('userData');
openLog(profile);
catchErrors();
registerScheme();
confineContents();

if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

function start(): void {
  logStart();
  const settings = new SettingsStore(profile, (message) => {
    log.error(message);
    tellWindow('problem', { code: 'settings-not-written', message });
  });
  if (settings.notice !== null) log.warn(settings.notice);
  const engine = new EngineKeeper(join(import.meta.dirname, 'engine.cjs'), {
    whatToOpen: () => ({ folder: settings.get('folder'), dataFolder: settings.get('dataFolder') }),
    onEvent: follow,
    onReplaced: () => tellWindow('engineReplaced', null),
    onLost: (reason) => void offerRestart(reason),
  });
  secureSession();
  serve(handlersFor(engine, settings));
  setMenu({
    send: (command) => tellWindow('command', command),
    copyDiagnostics: () => void copyDiagnostics(engine, settings),
    showLog,
  });
  const window = openWindow(settings);
  closeSafely(window, engine);
  bringBack(window);
  comeForward(window);
}
