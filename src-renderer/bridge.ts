/** The window's end of the contract: converts text to values, and refusals to thrown errors. */
import type { Bridge, EventName, Events, OtherData, Problem, Reply } from '@contract/contract';
import type { RequestArgument, RequestName, RequestReply } from '@contract/requests';

declare global {
  interface Window {
    /** Added by the preload script. */
    readonly studio: Bridge;
  }
}

/** A refused request: `code` for programs, `message` for people. */
export class RequestError extends Error {
  readonly problem: Problem;

  constructor(code: string, message: string, otherData?: OtherData) {
    super(message);
    this.name = 'RequestError';
    this.problem = { code, message, ...(otherData && { otherData }) };
  }
}

type Rest<N extends RequestName> = undefined extends RequestArgument<N> ? [] : [argument: RequestArgument<N>];

/** @throws RequestError if the main process refuses. */
export async function request<N extends RequestName>(name: N, ...rest: Rest<N>): Promise<RequestReply<N>> {
  const [argument] = rest;
  const text = await window.studio.request(name, argument === undefined ? undefined : JSON.stringify(argument));
  const reply = JSON.parse(text) as Reply<RequestReply<N>>;
  if (!reply.ok) throw new RequestError(reply.code, reply.message, reply.otherData);
  return reply.value;
}

/** @returns a function that unsubscribes. */
export function on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void {
  return window.studio.on(name, (text) => {
    listener(JSON.parse(text) as Events[N]);
  });
}
