/** Checks a request from the window and has it answered: by the engine, or by one of the main process's handlers. */
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

/** The engine as handlers see it. */
export type EngineLink = Pick<EngineSupervisor, 'request'>;

/** Of a refusal, which may quote the argument. */
const MAX_MESSAGE_LENGTH = 300;
/** Requests that are answered at the same time. The window has a handful under way when it is busiest. */
const MAX_UNDER_WAY = 32;

export class Dispatcher {
  #underWay = 0;

  constructor(
    private readonly engine: EngineLink,
    private readonly handlers: Handlers,
    /** Adds what the main process knows to the problem of a refusal. */
    private readonly describe: <T extends Problem>(problem: T) => T,
    /** Told of each valid request that was refused. */
    private readonly onRefusal: (name: RequestName, code: string, message: string) => void,
  ) {}

  /** @param words what the page sent: one JSON text, or nothing; it may be anything */
  async dispatch(name: RequestName, words: unknown[]): Promise<Reply<unknown>> {
    if (this.#underWay >= MAX_UNDER_WAY) {
      return refusal('busy', 'Too much was asked for at once. Try again when some of it is answered.');
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
    // What a handler's own work throws becomes a value here; the engine's refusals are values already.
    const reply = await replyOf(() => handler(argument));
    return reply.ok ? reply.value : reply;
  }
}

const isMain = (name: RequestName): name is MainRequestName => Object.hasOwn(mainRequests, name);

/** @returns the argument, or a refusal as `invalid-argument` */
function parse({ argument, maxLength = DEFAULT_MAX_LENGTH }: Request, words: unknown[]): Reply<unknown> {
  const [text] = words;
  if (words.length > 1 || (text !== undefined && typeof text !== 'string')) return invalid('A request has one text');
  // Measured before anything is made of it.
  if (text !== undefined && text.length > maxLength) {
    return invalid(`The request has ${text.length} characters; at most ${maxLength} are read`);
  }
  try {
    const { data, error } = argument.safeParse(text === undefined ? undefined : JSON.parse(text));
    return error ? invalid(error.issues[0]?.message) : { ok: true, value: data };
  } catch {
    // Not JSON, or with so much wrong with it that zod cannot list it all.
    return invalid();
  }
}

const invalid = (message = 'The request is not as it must be') =>
  refusal('invalid-argument', `${message.slice(0, MAX_MESSAGE_LENGTH)}.`);
