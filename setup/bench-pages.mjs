/**
 * `npm run -s bench:pages -- [FILE] [--pages N] [--seed N] [--failures DIR]`: measures how well pages of several digits
 * are read. The digits are MNIST's test images or those of a UNIPEN file.
 */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('bench/pages.ts', { inWindow: false }));
