import type { Bridge } from '../../../src-preload/contract';
import type { RequestArgument, RequestName, RequestReply } from '../../../src-preload/requests';

type Answers = {
  [N in RequestName]?: (argument: RequestArgument<N>) => RequestReply<N> | Promise<RequestReply<N>>;
};

/**
 * Puts a bridge on the window, as the preload script does.
 * @param answers the main process's replies; a thrown error is a refusal
 * @returns the names of the requests, as they are made
 */
export function provideBridge(answers: Answers): RequestName[] {
  const asked: RequestName[] = [];
  const bridge: Bridge = {
    async request(name, argument) {
      asked.push(name as RequestName);
      const answer = answers[name as RequestName] as ((argument: unknown) => unknown) | undefined;
      try {
        if (answer === undefined) throw new Error(`${name} was not expected.`);
        const value = await answer(argument === undefined ? undefined : JSON.parse(argument));
        return JSON.stringify({ ok: true, value });
      } catch (error) {
        return JSON.stringify({ ok: false, code: 'refused', message: (error as Error).message });
      }
    },
    on: () => () => undefined,
  };
  Object.assign(globalThis, { window: { studio: bridge } });
  return asked;
}
