/** The menu: every command of the window, with the usual keyboard shortcuts. */
import { Menu, type MenuItemConstructorOptions, app, nativeTheme } from 'electron';
import { type RunCommand, type RunStatus, refusalOf } from '@contract/commands';
import type { Command } from '@contract/menu';
import { Theme } from './settings/schema';
import type { SettingsStore } from './settings/store';

/** The commands that depend on the run's state. */
const dependOnRun = [
  'start',
  'startNext',
  'pause',
  'resume',
  'addEpochs',
  'discard',
  'chooseFolder',
  'openWeights',
] as const satisfies (Command & RunCommand)[];

/** The actions of the menu's items. */
interface Choices {
  /** Sends the chosen command to the window. */
  send: (command: Command) => void;
  /** Uses one of the recent folders. */
  openRecentFolder: (path: string) => void;
  clearRecentFolders: () => void;
  copyDiagnostics: () => void;
  showLog: () => void;
}

/** The state that the items depend on. */
let shown: { run: RunStatus; recentFolders: string[] } = {
  run: { state: 'idle', run: null, problem: null, trained: null },
  recentFolders: [],
};

/** Builds a new menu, since items cannot be removed from an existing one. */
let rebuild = (): void => undefined;

const separator: MenuItemConstructorOptions = { type: 'separator' };

export function setMenu(choices: Choices, settings: Pick<SettingsStore, 'get' | 'set'>): void {
  nativeTheme.themeSource = settings.get('theme');
  app.setAboutPanelOptions({
    applicationName: 'Digit Studio',
    applicationVersion: app.getVersion(),
    copyright: `MIT licence. The licences of everything it contains are in ${app.isPackaged ? 'the folder "licences" beside the program' : 'docs/licences.md'}.`,
  });
  rebuild = () => {
    Menu.setApplicationMenu(
      Menu.buildFromTemplate([
        ...(process.platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
        ...template(choices, themes(settings)),
      ]),
    );
    updateMenu(shown.run);
  };
  rebuild();
}

/** @param paths the newest first */
export function showRecentFolders(paths: string[]): void {
  if (paths.join('\n') === shown.recentFolders.join('\n')) return;
  shown = { ...shown, recentFolders: paths };
  rebuild();
}

function template(choices: Choices, theme: MenuItemConstructorOptions): MenuItemConstructorOptions[] {
  const { send, copyDiagnostics, showLog } = choices;
  const item = (id: Command, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator !== undefined && { accelerator }),
    click: () => send(id),
  });
  /** The key is only shown: the window handles it itself, since in a text field it has another meaning. */
  const shownKey = (shown: MenuItemConstructorOptions) => ({ ...shown, registerAccelerator: false });
  // No "Reload": it would discard the drawing, and Ctrl+R is easily pressed by mistake.
  return [
    {
      label: '&File',
      submenu: [
        item('newRun', 'New Run…', 'CmdOrCtrl+N'),
        item('openPicture', 'Open Picture…', 'CmdOrCtrl+O'),
        separator,
        item('chooseFolder', 'Choose Folder for Runs…', 'CmdOrCtrl+Shift+O'),
        recentFoldersMenu(choices),
        item('openFolder', 'Show Folder in File Manager'),
        separator,
        item('openWeights', 'Open Weights…', 'CmdOrCtrl+Alt+O'),
        item('exportModel', 'Export Network…', 'CmdOrCtrl+E'),
        item('saveHistory', 'Save Losses as CSV…', 'CmdOrCtrl+S'),
        separator,
        { role: process.platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        shownKey(item('undoStroke', 'Undo', 'CmdOrCtrl+Z')),
        shownKey(item('redoStroke', 'Redo', 'CmdOrCtrl+Shift+Z')),
        separator,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        separator,
        item('clearDrawing', 'Clear Drawing', 'CmdOrCtrl+Backspace'),
      ],
    },
    {
      label: '&Training',
      submenu: [
        item('start', 'Start with the Last Settings', 'CmdOrCtrl+Return'),
        item('startNext', 'Start Next Run'),
        item('pause', 'Pause', 'CmdOrCtrl+P'),
        item('resume', 'Resume', 'CmdOrCtrl+Shift+P'),
        item('addEpochs', 'Add Epochs', 'CmdOrCtrl+Shift+E'),
        item('discard', 'Discard Unsaved Run…'),
        separator,
        item('handwriting', 'My Handwriting…'),
        item('newSamples', 'Show Other Test Images'),
      ],
    },
    {
      label: '&View',
      submenu: [
        shownKey(item('nextPane', 'Next Pane', 'F6')),
        theme,
        separator,
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
        item('help', 'Digit Studio Help', 'F1'),
        item('guide', 'User Guide'),
        item('graphicsCard', 'Graphics Card'),
        item('shortcuts', 'Keyboard Shortcuts', 'CmdOrCtrl+/'),
        separator,
        { id: 'copyDiagnostics', label: 'Copy Diagnostics', click: copyDiagnostics },
        { id: 'showLog', label: 'Show Log File', click: showLog },
        ...(process.platform === 'darwin' ? [] : [separator, { role: 'about', label: 'About Digit Studio' } as const]),
      ],
    },
  ];
}

function recentFoldersMenu({ openRecentFolder, clearRecentFolders }: Choices): MenuItemConstructorOptions {
  const paths = shown.recentFolders;
  return {
    id: 'recentFolders',
    label: 'Recent Folders',
    enabled: paths.length > 0,
    submenu: [
      ...paths.map((path, i) => ({
        id: `recentFolder-${i}`,
        // A single ampersand would underline what follows it.
        label: path.replaceAll('&', '&&'),
        click: () => openRecentFolder(path),
      })),
      separator,
      { id: 'clearRecentFolders', label: 'Clear', click: clearRecentFolders },
    ],
  };
}

const themeNames: Record<Theme, string> = { system: 'As the System', light: 'Light', dark: 'Dark' };

function themes(settings: Pick<SettingsStore, 'get' | 'set'>): MenuItemConstructorOptions {
  return {
    label: 'Theme',
    submenu: Theme.options.map((theme) => ({
      id: `theme-${theme}`,
      label: themeNames[theme],
      type: 'radio',
      checked: settings.get('theme') === theme,
      click: () => {
        nativeTheme.themeSource = theme;
        settings.set('theme', theme);
      },
    })),
  };
}

/** Disables the items that the run's state does not allow. */
export function updateMenu(run: RunStatus): void {
  shown = { ...shown, run };
  const menu = Menu.getApplicationMenu();
  for (const command of dependOnRun) {
    const item = menu?.getMenuItemById(command);
    if (item) item.enabled = refusalOf(command, run) === null;
  }
  const mayChangeFolder = refusalOf('chooseFolder', run) === null;
  for (const i of shown.recentFolders.keys()) {
    const item = menu?.getMenuItemById(`recentFolder-${i}`);
    if (item) item.enabled = mayChangeFolder;
  }
}
