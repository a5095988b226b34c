/** The system's dialogs and file manager. */
import { BrowserWindow, type OpenDialogOptions, dialog, shell } from 'electron';
import { UserError } from '../errors';

/** Shows a folder in the system's file manager. */
export async function showFolder(folder: string): Promise<undefined> {
  const failure = await shell.openPath(folder);
  if (failure) throw new UserError('folder-unusable', `${folder} cannot be shown: ${failure}`);
}

/** Asks for a file or a folder. @returns its path; null when the person changed their mind */
export async function pick(options: OpenDialogOptions): Promise<string | null> {
  const window = BrowserWindow.getAllWindows()[0];
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options));
  return canceled ? null : (filePaths[0] ?? null);
}
