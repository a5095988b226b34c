/** The one place where requests come in: who asks is checked here, what is asked in `dispatcher.ts`. */
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { requestChannel } from '@contract/contract';
import { requestNames } from '@contract/requests';
import { refusal } from '../base/reply';
import { ORIGIN } from '../app/window';
import type { Dispatcher } from './dispatcher';

/** Answers requests from the window's own page; every other page is refused. */
export function serve(dispatcher: Dispatcher): void {
  for (const name of requestNames) {
    ipcMain.handle(requestChannel(name), (event, ...words: unknown[]) =>
      isOurPage(event)
        ? dispatcher.dispatch(name, words)
        : refusal('not-allowed', 'This page may not ask for anything.'),
    );
  }
}

/** Only the top frame, and only while it shows our own page. */
function isOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  try {
    return senderFrame?.parent === null && senderFrame.url.startsWith(`${ORIGIN}/`);
  } catch {
    // The frame is gone.
    return false;
  }
}
