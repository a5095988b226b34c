/** The system's dialogs and file manager, with limits so that a compromised page cannot flood the screen. */
import { type MessageBoxOptions, type OpenDialogOptions, type SaveDialogOptions, dialog, shell } from 'electron';
import type { Reply } from '@contract/contract';
import { RateLimit } from '../base/rate-limit';
import { ok, refusal } from '../base/reply';
import { showMessage } from '../app/dialogs';
import { theWindow } from '../app/window';

/** At most one per second. */
const foldersShown = new RateLimit(1, 1000);
const shownJustNow = refusal('busy', 'A folder was opened just now. Try again in a moment.');

let dialogIsOpen = false;

/** Shows a folder in the file manager. Refused as `busy` if one was shown just now, or as `folder-unusable`. */
export async function showFolder(folder: string): Promise<Reply<undefined>> {
  if (!foldersShown.take()) return shownJustNow;
  const failure = await shell.openPath(folder);
  return failure ? refusal('folder-unusable', `${folder} cannot be shown: ${failure}`) : ok(undefined);
}

/** Shows a file in its folder. Refused as `busy` if a folder was shown just now. */
export function showFile(path: string): Reply<undefined> {
  if (!foldersShown.take()) return shownJustNow;
  shell.showItemInFolder(path);
  return ok(undefined);
}

/** Asks for a file or a folder. @returns its path; null if the person cancelled */
export function pick(options: OpenDialogOptions): Promise<Reply<string | null>> {
  return inDialog(async (window) => {
    const shown = window ? dialog.showOpenDialog(window, options) : dialog.showOpenDialog(options);
    const { canceled, filePaths } = await shown;
    return canceled ? null : (filePaths[0] ?? null);
  });
}

/** Asks where to save. @returns the path; null if the person cancelled */
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

/** Shows a dialog; refused as `busy` if one is already open. */
async function inDialog<T>(show: (window: ReturnType<typeof theWindow>) => Promise<T>): Promise<Reply<T>> {
  if (dialogIsOpen) return refusal('busy', 'A dialog is already open. Close it first.');
  dialogIsOpen = true;
  try {
    return ok(await show(theWindow()));
  } finally {
    dialogIsOpen = false;
  }
}
