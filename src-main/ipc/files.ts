/** The system's dialogs and file manager. A page that was taken over must not cover the screen with them. */
import { type MessageBoxOptions, type OpenDialogOptions, type SaveDialogOptions, dialog, shell } from 'electron';
import { UserError } from '../base/errors';
import { showMessage } from '../app/dialogs';
import { theWindow } from '../app/window';

/** Milliseconds from one folder that is shown to the next. */
const BETWEEN_FOLDERS = 1000;

let dialogIsOpen = false;
let folderShownAt = -Infinity;

/** Shows a folder in the system's file manager. @throws UserError `busy` when one was shown just now, `folder-unusable` */
export async function showFolder(folder: string): Promise<undefined> {
  const now = performance.now();
  if (now - folderShownAt < BETWEEN_FOLDERS) {
    throw new UserError('busy', 'A folder was opened just now. Try again in a moment.');
  }
  folderShownAt = now;
  const failure = await shell.openPath(folder);
  if (failure) throw new UserError('folder-unusable', `${folder} cannot be shown: ${failure}`);
}

/** Asks for a file or a folder. @returns its path; null when the person changed their mind @throws UserError `busy` */
export async function pick(options: OpenDialogOptions): Promise<string | null> {
  const { canceled, filePaths } = await inDialog((window) =>
    window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options),
  );
  return canceled ? null : (filePaths[0] ?? null);
}

/** Asks where to write. @returns the path; null when the person changed their mind @throws UserError `busy` */
export async function pickNewFile(options: SaveDialogOptions): Promise<string | null> {
  const { canceled, filePath } = await inDialog((window) =>
    window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options),
  );
  return canceled || !filePath ? null : filePath;
}

/**
 * Asks a question with two buttons; the first, "Cancel", is what Enter and Escape press.
 * @returns whether the second was pressed @throws UserError `busy`
 */
export async function agrees(question: MessageBoxOptions): Promise<boolean> {
  const options = { ...question, defaultId: 0, cancelId: 0, noLink: true };
  return (await inDialog(() => showMessage(options))) === 1;
}

/** One dialog at a time. @throws UserError `busy` when there is one already */
async function inDialog<T>(show: (window: ReturnType<typeof theWindow>) => Promise<T>): Promise<T> {
  if (dialogIsOpen) throw new UserError('busy', 'A dialog is open already. Close it first.');
  dialogIsOpen = true;
  try {
    return await show(theWindow());
  } finally {
    dialogIsOpen = false;
  }
}
