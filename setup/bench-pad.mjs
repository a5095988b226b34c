/**
 * `npm run -s bench:pad -- FILE [--limit N] [--fast] [--json]`: measures how well the application reads the digits of a
 * UNIPEN file, in its window or, with `--fast`, without it.
 */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('bench/pad.ts', { inWindow: !process.argv.includes('--fast') }));
