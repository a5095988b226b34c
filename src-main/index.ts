// Must stay the first import; native-first.ts says why.
import './engine/native-first';
import { app } from 'electron';
import { join } from 'node:path';
import type { RunView } from '@contract/contract';
import type { Command } from '@contract/menu';
import { closeSafely } from './app/quit';
import { recoverWindow, catchErrors, offerRestart } from './app/crash-recovery';
import { copyDiagnostics, logStart, showLog } from './app/diagnostics';
import { DrawingsFolder } from './drawings/drawings-folder';
import { EngineSupervisor } from './engine/engine-supervisor';
import { hideGraphicsCards } from './engine/native-library';
import { follow, tellWindow } from './app/events';
import { Dispatcher } from './ipc/dispatcher';
import { handlersFor } from './ipc/handlers';
import { serve } from './ipc/serve';
import { log, openLog } from './app/log';
import { setMenu, showRecentFolders } from './app/menu';
import { DataSources } from './app/settings/data-sources';
import { folderToOpen, forgetRecentFolders, rememberShownRun } from './app/settings/shown-runs';
import { SettingsStore } from './app/settings/store';
import { comeForward, confineContents, openWindow, registerScheme, secureSession } from './app/window';

// The operating system's sandbox does not work for root, who turns it off with this switch.
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
  // TensorFlow's native library only sees environment variables that are set on this thread.
  if (settings.get('device') === 'cpu') hideGraphicsCards();
  const engine = new EngineSupervisor(join(import.meta.dirname, 'engine.cjs'), {
    whatToOpen: () => {
      const folder = settings.get('folder');
      return {
        folder: folder === null ? null : folderToOpen(settings, folder),
        dataSource: settings.get('dataSource'),
        deviceChoice: settings.get('device'),
      };
    },
    onEvent: (name, payload) => {
      follow(name, payload);
      if (name === 'run') rememberShownRun(settings, payload as RunView);
    },
    onThreadEnd: (reason) => log.error(`The engine's thread ended: ${reason}`),
    onReplaced: () => tellWindow('engineReplaced', null),
    onLost: (reason) => void offerRestart(reason),
  });
  secureSession();
  const dataSources = new DataSources(settings);
  const drawings = new DrawingsFolder(join(profile, 'drawings'));
  serve(
    new Dispatcher(
      engine,
      handlersFor(engine, settings, dataSources, drawings),
      (problem) => dataSources.describe(problem),
      (name, code, message) => log.warn(`${name} was refused (${code}): ${message}`),
    ),
  );
  const choices = {
    send: (command: Command) => tellWindow('command', command),
    openRecentFolder: (path: string) => tellWindow('recentFolder', path),
    clearRecentFolders: () => {
      forgetRecentFolders(settings, settings.get('folder'));
      showRecentFolders([]);
      tellWindow('recentFolders', []);
    },
    copyDiagnostics: () => void copyDiagnostics(engine, settings),
    showLog,
  };
  setMenu(choices, settings);
  const window = openWindow(settings);
  closeSafely(window, engine, drawings);
  recoverWindow(window);
  comeForward(window);
}
