/** The one place where requests come in: who asks is checked, then what is asked. */
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { z } from 'zod';
import { type Reply, type RequestName, type Requests, requestChannel } from '@contract/contract';
import { replyOf } from '../reply';
import { ORIGIN } from '../window';

export interface Handler<N extends RequestName> {
  /** What the argument must be. */
  argument: z.ZodType<Requests[N]['argument']>;
  answer: (argument: Requests[N]['argument']) => Promise<Requests[N]['reply']> | Requests[N]['reply'];
}

export type Handlers = { [N in RequestName]: Handler<N> };

/** Answers requests from the window's own page, with an error value where they are not as they must be. */
export function serve(handlers: Handlers): void {
  for (const name of Object.keys(handlers) as RequestName[]) {
    const handler = handlers[name] as Handler<RequestName>;
    ipcMain.handle(requestChannel(name), (event, argument: unknown): Reply<unknown> | Promise<Reply<unknown>> => {
      if (!isOurPage(event)) return { ok: false, code: 'not-allowed', message: 'This page may not ask for anything.' };
      const parsed = handler.argument.safeParse(argument);
      if (!parsed.success) {
        const message = parsed.error.issues[0]?.message ?? 'The request is not as it must be';
        return { ok: false, code: 'invalid-argument', message: `${message}.` };
      }
      return replyOf(() => handler.answer(parsed.data));
    });
  }
}

/** Only the top frame, and only while it shows our own page. */
function isOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url.startsWith(`${ORIGIN}/`);
}
