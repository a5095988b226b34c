/** The menu. What it offers for the run, the window carries out as if its button were pressed. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import { type RunStatus, refusalOf } from '@contract/commands';
import type { Command } from '@contract/contract';

/** The commands that the run's state may forbid. */
const dependOnRun = ['start', 'pause', 'resume', 'chooseFolder', 'openWeights'] as const satisfies Command[];

/** What is behind the menu's items. */
interface Choices {
  /** Passes a chosen command on to the window. */
  send: (command: Command) => void;
  copyDiagnostics: () => void;
  showLog: () => void;
}

export function setMenu({ send, copyDiagnostics, showLog }: Choices): void {
  const item = (id: Command, label: string, accelerator: string): MenuItemConstructorOptions => ({
    id,
    label,
    accelerator,
    click: () => send(id),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  // No "Reload": it would throw the drawing away, and Ctrl+R is easily pressed.
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
      {
        label: '&File',
        submenu: [
          item('chooseFolder', 'Choose Checkpoint Folder…', 'CmdOrCtrl+O'),
          item('openFolder', 'Open Folder', 'CmdOrCtrl+Shift+O'),
          separator,
          item('openWeights', 'Open Weights…', 'CmdOrCtrl+Alt+O'),
          item('exportModel', 'Export…', 'CmdOrCtrl+E'),
          separator,
          { role: process.platform === 'darwin' ? 'close' : 'quit' },
        ],
      },
      { role: 'editMenu' },
      {
        label: '&Training',
        submenu: [
          item('start', 'Start', 'CmdOrCtrl+Return'),
          item('pause', 'Pause', 'CmdOrCtrl+P'),
          item('resume', 'Resume', 'CmdOrCtrl+Shift+P'),
        ],
      },
      {
        label: '&Drawing',
        submenu: [
          item('undoStroke', 'Undo Stroke', 'CmdOrCtrl+U'),
          item('redoStroke', 'Redo Stroke', 'CmdOrCtrl+Shift+U'),
          item('clearDrawing', 'Clear Drawing', 'CmdOrCtrl+Backspace'),
        ],
      },
      {
        label: '&View',
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          // On most keyboards the plus sign needs Shift; people press the key without it.
          { id: 'zoomInWithoutShift', role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false },
          { role: 'zoomOut' },
          separator,
          { role: 'togglefullscreen' },
        ],
      },
      {
        role: 'help',
        submenu: [
          { id: 'copyDiagnostics', label: 'Copy Diagnostics', click: copyDiagnostics },
          { id: 'showLog', label: 'Show Log File', click: showLog },
        ],
      },
    ]),
  );
  updateMenu({ state: 'idle', run: null, problem: null, trained: null });
}

/** Greys out what the run's state does not allow. */
export function updateMenu(run: RunStatus): void {
  const menu = Menu.getApplicationMenu();
  for (const command of dependOnRun) {
    const item = menu?.getMenuItemById(command);
    if (item) item.enabled = refusalOf(command, run) === null;
  }
}
