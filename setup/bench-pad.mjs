/**
 * `npm run -s bench:pad -- FILE [--limit N] [--fast] [--json]`: has the digits of a UNIPEN file read by the application,
 * in its window or, with `--fast`, without one.
 */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('bench/pad.ts', { inWindow: !process.argv.includes('--fast') }));
