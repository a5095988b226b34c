import { type MessageBoxOptions, dialog } from 'electron';
import { theWindow } from './window';

/** Shows a message over the window, or by itself if there is none. @returns the index of the pressed button */
export async function showMessage(options: MessageBoxOptions): Promise<number> {
  const window = theWindow();
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options));
  return response;
}
