/** Receives all requests. Checks the sender; `dispatcher.ts` checks the content. */
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { requestChannel } from '@contract/contract';
import { requestNames } from '@contract/requests';
import { refusal } from '../base/reply';
import { ORIGIN } from '../app/window';
import type { Dispatcher } from './dispatcher';

/** Answers requests from the window's own page and refuses all others. */
export function serve(dispatcher: Dispatcher): void {
  for (const name of requestNames) {
    ipcMain.handle(requestChannel(name), (event, ...words: unknown[]) =>
      isOurPage(event) ? dispatcher.dispatch(name, words) : refusal('not-allowed', 'This page may not send requests.'),
    );
  }
}

/** Whether the sender is the top frame and shows the application's own page. */
function isOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  try {
    return senderFrame?.parent === null && senderFrame.url.startsWith(`${ORIGIN}/`);
  } catch {
    // The frame is gone.
    return false;
  }
}
