/** `npm run -s pictures`: takes the documentation's pictures anew, in the real window. */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('pictures/pictures.ts', { inWindow: true }));
