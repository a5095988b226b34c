/**
 * `npm run -s bench:pages -- [FILE] [--pages N] [--seed N] [--failures DIR]`: has pages of several digits read, of MNIST's
 * test images or of the digits of a UNIPEN file.
 */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('bench/pages.ts', { inWindow: false }));
