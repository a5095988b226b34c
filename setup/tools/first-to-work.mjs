import { SetupError, note } from './messages.mjs';

/**
 * Tries several ways in order until one works.
 * @param {string} problem  what is wrong if none works
 * @param {(() => Promise<void>)[]} ways
 * @param {string} advice  what to do if none works
 */
export async function firstToWork(problem, ways, advice) {
  const failures = [];
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      note(error.message);
      failures.push(`- ${error.message.replaceAll('\n', '\n    ')}`);
    }
  }
  throw new SetupError(`${problem} These attempts failed:\n${failures.join('\n')}\n${advice}`);
}
