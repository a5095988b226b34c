/**
 * Messages of set-up to the person at the terminal. They go to standard error, since standard output belongs to the
 * program that is being set up.
 */

/** A failure: the message says what is wrong and what to do. It is shown without a stack trace. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** Announces a step. @param {string} text */
export function step(text) {
  process.stderr.write(`• ${text}\n`);
}

/** Adds a detail to the step. @param {string} text */
export function note(text) {
  process.stderr.write(`${text.replaceAll(/^/gm, '  ')}\n`);
}

/** Shows a warning, which does not stop set-up. @param {string} text */
export function warn(text) {
  process.stderr.write(`\n! ${text.replaceAll('\n', '\n  ')}\n\n`);
}

/**
 * A line of progress that rewrites itself on a terminal and is silent elsewhere.
 * @param {string} label
 */
export function progressLine(label) {
  let shown = '';
  return {
    /** @param {string} text */
    update(text) {
      if (!process.stderr.isTTY || text === shown) return;
      shown = text;
      process.stderr.write(`\r  ${label}: ${text}\x1b[K`);
    },
    end() {
      if (shown) process.stderr.write('\r\x1b[K');
    },
  };
}

/** Runs a command's main function. For a SetupError, only its message is shown. @param {() => Promise<void>} main */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n✗ ${error.message}\n`);
    process.exitCode = 1;
  }
}
