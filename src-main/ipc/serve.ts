/** The one place where requests come in: who asks is checked, then how much, then what is asked. */
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { z } from 'zod';
import { type Reply, type RequestName, type Requests, requestChannel } from '@contract/contract';
import { UserError } from '../base/errors';
import { replyOf } from '../base/reply';
import { ORIGIN } from '../app/window';

export interface Handler<N extends RequestName> {
  /** What the argument must be. */
  argument: z.ZodType<Requests[N]['argument']>;
  /** The longest text that an argument can be, in characters; `SHORT` where nothing is said. */
  longest?: number;
  answer: (argument: Requests[N]['argument']) => Promise<Requests[N]['reply']> | Requests[N]['reply'];
}

export type Handlers = { [N in RequestName]: Handler<N> };

/** More than settings and names come to. */
const SHORT = 10_000;
/** Of a refusal, which may quote the argument. */
const LONGEST_MESSAGE = 300;
/** Requests that are answered at the same time. The window has a handful under way when it is busiest. */
const AT_ONCE = 32;

/** Answers requests from the window's own page, with an error value where they are not as they must be. */
export function serve(handlers: Handlers): void {
  let underWay = 0;
  for (const name of Object.keys(handlers) as RequestName[]) {
    const handler = handlers[name] as Handler<RequestName>;
    ipcMain.handle(requestChannel(name), async (event, ...words: unknown[]): Promise<Reply<unknown>> => {
      if (!isOurPage(event)) return refusal('not-allowed', 'This page may not ask for anything.');
      if (underWay >= AT_ONCE) {
        return refusal('busy', 'Too much was asked for at once. Try again when some of it is answered.');
      }
      underWay++;
      try {
        return await replyOf(() => handler.answer(parse(handler, words)));
      } finally {
        underWay--;
      }
    });
  }
}

/** @throws UserError `invalid-argument` */
function parse(
  { argument, longest = SHORT }: Handler<RequestName>,
  words: unknown[],
): Requests[RequestName]['argument'] {
  const [text] = words;
  if (words.length > 1 || (text !== undefined && typeof text !== 'string')) throw invalid('A request has one text');
  // Before anything is made of it.
  if (text !== undefined && text.length > longest) {
    throw invalid(`The request has ${text.length} characters; at most ${longest} are read`);
  }
  const parsed = attempt(() => argument.safeParse(text === undefined ? undefined : JSON.parse(text)));
  if (!parsed?.success) throw invalid(parsed?.error.issues[0]?.message ?? 'The request is not as it must be');
  return parsed.data;
}

/** @returns null for what is not JSON, and for what has so much wrong with it that zod cannot list it all */
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}

const refusal = (code: string, message: string): Reply<never> => ({ ok: false, code, message });

const invalid = (message: string) => new UserError('invalid-argument', `${message.slice(0, LONGEST_MESSAGE)}.`);

/** Only the top frame, and only while it shows our own page. A frame that is gone is not ours. */
function isOurPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return attempt(() => senderFrame?.parent === null && senderFrame.url.startsWith(`${ORIGIN}/`)) ?? false;
}
