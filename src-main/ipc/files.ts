/** The system's dialogs and file manager. A page that was taken over must not cover the screen with them. */
import { type MessageBoxOptions, type OpenDialogOptions, type SaveDialogOptions, dialog, shell } from 'electron';
import type { Reply } from '@contract/contract';
import { ok, refusal } from '../base/reply';
import { showMessage } from '../app/dialogs';
import { theWindow } from '../app/window';

/** Milliseconds from one folder that is shown to the next. */
const BETWEEN_FOLDERS = 1000;

let dialogIsOpen = false;
let folderShownAt = -Infinity;

/** Shows a folder in the system's file manager. Refused as `busy` when one was shown just now, or `folder-unusable`. */
export async function showFolder(folder: string): Promise<Reply<undefined>> {
  const now = performance.now();
  if (now - folderShownAt < BETWEEN_FOLDERS) {
    return refusal('busy', 'A folder was opened just now. Try again in a moment.');
  }
  folderShownAt = now;
  const failure = await shell.openPath(folder);
  return failure ? refusal('folder-unusable', `${folder} cannot be shown: ${failure}`) : ok(undefined);
}

/** Asks for a file or a folder. @returns its path; null when the person changed their mind */
export function pick(options: OpenDialogOptions): Promise<Reply<string | null>> {
  return inDialog(async (window) => {
    const shown = window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options);
    const { canceled, filePaths } = await shown;
    return canceled ? null : (filePaths[0] ?? null);
  });
}

/** Asks where to write. @returns the path; null when the person changed their mind */
export function pickNewFile(options: SaveDialogOptions): Promise<Reply<string | null>> {
  return inDialog(async (window) => {
    const shown = window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options);
    const { canceled, filePath } = await shown;
    return canceled || !filePath ? null : filePath;
  });
}

/** Asks a question with two buttons; Enter and Escape press the first, "Cancel". @returns whether the second was pressed */
export function agrees(question: MessageBoxOptions): Promise<Reply<boolean>> {
  const options = { ...question, defaultId: 0, cancelId: 0, noLink: true };
  return inDialog(async () => (await showMessage(options)) === 1);
}

/** One dialog at a time; refused as `busy` when there is one already. */
async function inDialog<T>(show: (window: ReturnType<typeof theWindow>) => Promise<T>): Promise<Reply<T>> {
  if (dialogIsOpen) return refusal('busy', 'A dialog is open already. Close it first.');
  dialogIsOpen = true;
  try {
    return ok(await show(theWindow()));
  } finally {
    dialogIsOpen = false;
  }
}
