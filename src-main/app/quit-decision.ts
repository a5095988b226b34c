/** Decides whether the application may quit: only if nothing is lost, or the person agrees. */
import type { Problem, Reply } from '@contract/contract';

/** Questions to the person. */
export interface Questions {
  /** Asked if something is, or may be, unsaved. @param reason in words @returns whether to quit anyway */
  quitUnsaved: (reason: string) => Promise<boolean>;
  /**
   * Asked if the engine does not answer.
   * @param answered aborted when it answers, which makes the question pointless
   * @returns whether to quit at once
   */
  quitHung: (answered: AbortSignal) => Promise<boolean>;
}

/** `kill`: the engine thread hangs and might prevent a normal exit. */
export type Decision = 'quit' | 'kill' | 'stay';

/** In milliseconds. A pause with its checkpoint takes less than a second. */
const TIME_LIMIT = 10_000;

/**
 * @param closing the engine's reply to `close`
 * @returns what to do; while the engine does not answer, the person is asked again after each time limit
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

/** @returns whether the promise settles before the time limit */
async function isWithinLimit(reply: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), TIME_LIMIT);
  });
  const inTime = await Promise.race([reply.then(() => true), timeout]);
  clearTimeout(timer);
  return inTime;
}

/** @returns why something would be lost; null if nothing would */
function problemOf(reply: Reply<Problem | null>): string | null {
  if (reply.ok) return reply.value?.message ?? null;
  // Without an engine, everything unsaved is already lost, and the person was told.
  return reply.code === 'engine-died' ? null : reply.message;
}
