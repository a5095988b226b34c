/** Checks requests from the window and forwards them to the engine or to the main process's handlers. */
import type { Problem, Reply } from '@contract/contract';
import {
  DEFAULT_MAX_LENGTH,
  type MainRequestName,
  type Request,
  type RequestArgument,
  type RequestName,
  type RequestReply,
  mainRequests,
  requests,
} from '@contract/requests';
import { refusal, replyOf } from '../base/reply';
import type { EngineSupervisor } from '../engine/engine-supervisor';

export type Handlers = {
  [N in MainRequestName]: (argument: RequestArgument<N>) => Promise<Reply<RequestReply<N>>>;
};

/** The part of the engine that handlers use. */
export type EngineLink = Pick<EngineSupervisor, 'request'>;

/** The maximum length of a refusal's message, which may quote the argument. */
const MAX_MESSAGE_LENGTH = 300;
/** The maximum number of concurrent requests. The window sends a handful when it is busiest. */
const MAX_UNDER_WAY = 32;

export class Dispatcher {
  #underWay = 0;

  constructor(
    private readonly engine: EngineLink,
    private readonly handlers: Handlers,
    /** Adds the main process's knowledge to the problem of a refusal. */
    private readonly describe: <T extends Problem>(problem: T) => T,
    /** Called for each valid request that was refused. */
    private readonly onRefusal: (name: RequestName, code: string, message: string) => void,
  ) {}

  /** @param words what the page sent: should be one JSON text or nothing, but may be anything */
  async dispatch(name: RequestName, words: unknown[]): Promise<Reply<unknown>> {
    if (this.#underWay >= MAX_UNDER_WAY) {
      return refusal('busy', 'Too many requests at once. Try again in a moment.');
    }
    const argument = parse(requests[name], words);
    if (!argument.ok) return argument;
    this.#underWay++;
    try {
      const reply = await this.#answer(name, argument.value);
      if (reply.ok) return reply;
      this.onRefusal(name, reply.code, reply.message);
      return this.describe(reply);
    } finally {
      this.#underWay--;
    }
  }

  async #answer(name: RequestName, argument: unknown): Promise<Reply<unknown>> {
    if (!isMain(name)) return this.engine.request(name, argument as never);
    const handler = this.handlers[name] as (argument: unknown) => Promise<Reply<unknown>>;
    // Errors that a handler throws become values here; the engine's refusals already are.
    const reply = await replyOf(() => handler(argument));
    return reply.ok ? reply.value : reply;
  }
}

const isMain = (name: RequestName): name is MainRequestName => Object.hasOwn(mainRequests, name);

/** @returns the argument, or a refusal with the code `invalid-argument` */
function parse({ argument, maxLength = DEFAULT_MAX_LENGTH }: Request, words: unknown[]): Reply<unknown> {
  const [text] = words;
  if (words.length > 1 || (text !== undefined && typeof text !== 'string'))
    return invalid('A request has one text at most');
  // The length is checked before parsing.
  if (text !== undefined && text.length > maxLength) {
    return invalid(
      `The request has ${text.length.toLocaleString('en')} characters; at most ${maxLength.toLocaleString('en')} are allowed`,
    );
  }
  try {
    const { data, error } = argument.safeParse(text === undefined ? undefined : JSON.parse(text));
    return error ? invalid(error.issues[0]?.message) : { ok: true, value: data };
  } catch {
    // The text is not JSON, or has too many errors for zod to list.
    return invalid();
  }
}

const invalid = (message = 'The request is invalid') =>
  refusal('invalid-argument', `${message.slice(0, MAX_MESSAGE_LENGTH)}.`);
