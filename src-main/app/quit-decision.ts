/** Whether the application may end: only when nothing is lost by it, or the person agrees to that. */
import type { Problem, Reply } from '@contract/contract';

/** What is asked of the person. */
export interface Questions {
  /** Something is not saved, or whether it is could not be found out. @param reason in words @returns whether to quit all the same */
  quitUnsaved: (reason: string) => Promise<boolean>;
  /**
   * The engine does not answer.
   * @param answered aborted when it answers while the person is asked: the question is then of no use any more
   * @returns whether to quit at once
   */
  quitHung: (answered: AbortSignal) => Promise<boolean>;
}

/** `kill`: the engine's thread hangs, and could keep the process from ending in an orderly way. */
export type Decision = 'quit' | 'kill' | 'stay';

/** In milliseconds. A pause with its checkpoint takes less than a second. */
const TIME_LIMIT = 10_000;

/**
 * @param closing the engine's reply to `close`
 * @returns what to do; where the engine does not answer, the person is asked again after each time limit
 */
export async function decideToQuit(closing: Promise<Reply<Problem | null>>, questions: Questions): Promise<Decision> {
  const answered = new AbortController();
  const reply = closing.finally(() => answered.abort());
  while (!(await isWithinLimit(reply))) {
    if ((await questions.quitHung(answered.signal)) && !answered.signal.aborted) return 'kill';
  }
  const problem = problemOf(await reply);
  return problem === null || (await questions.quitUnsaved(problem)) ? 'quit' : 'stay';
}

/** @returns whether it is settled before the time limit */
async function isWithinLimit(reply: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), TIME_LIMIT);
  });
  const inTime = await Promise.race([reply.then(() => true), timeout]);
  clearTimeout(timer);
  return inTime;
}

/** @returns why something would be lost; null when nothing would */
function problemOf(reply: Reply<Problem | null>): string | null {
  if (reply.ok) return reply.value?.message ?? null;
  // There is no engine: what is not on the disk is lost already, and was told.
  return reply.code === 'engine-died' ? null : reply.message;
}
