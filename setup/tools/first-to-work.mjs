import { SetupError, note } from './messages.mjs';

/**
 * Tries one way after the other until one works.
 * @param {string} problem  what is wrong when none does
 * @param {(() => Promise<void>)[]} ways
 * @param {string} advice  what to do when none does
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
  throw new SetupError(`${problem} What was tried:\n${failures.join('\n')}\n${advice}`);
}
