/** `npm run -s train -- ...` and `npm run -s evaluate -- ...`: sets up what is missing, then runs the command. */
import { prepare } from './prepare.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(async () => {
  await prepare();
  countInterruptsOnce();
  // In this process, so that signals, standard input and the exit status need no forwarding.
  await import('tsx');
  await import('../src-main/cli/index.ts');
});

/**
 * On Ctrl+C the terminal interrupts every process, and npm also forwards its own interrupt. The program must count this as
 * one press, because a second press means "exit now".
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
