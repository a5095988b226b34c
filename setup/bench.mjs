/** `npm run -s bench -- [--rounds N] [--json FILE] [--peer PYTHON SCRIPT ...]`: measures the application. */
import { bench } from './testing/bench.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => bench('bench.ts', { inWindow: true }));
