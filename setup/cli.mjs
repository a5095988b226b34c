/** `npm run -s train -- ...` and `npm run -s evaluate -- ...`: sets up what is missing, then hands over to the program. */
import { prepare } from './prepare.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(async () => {
  await prepare();
  countInterruptsOnce();
  // In this very process, so that signals, standard input and the exit status need no passing on.
  await import('tsx');
  await import('../src-main/cli/index.ts');
});

/**
 * On Ctrl-C the terminal interrupts every process, and npm passes its own interrupt on as well. To the program that is
 * one press, not two; a second press means to end at once.
 */
function countInterruptsOnce() {
  const emit = process.emit;
  let last = -Infinity;
  process.emit = (event, ...values) => {
    if (event === 'SIGINT') {
      const echo = performance.now() - last < 200;
      last = performance.now();
      if (echo) return true;
    }
    return emit.call(process, event, ...values);
  };
}
