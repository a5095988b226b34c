/** `npm run -s bench -- [--rounds N] [--json FILE] [--peer PYTHON SCRIPT ...]`: measures the application. */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('bench/bench.ts', { inWindow: true }));
