/** `npm run -s pictures`: takes pictures of the real window. */
import { runScript } from './testing/run-script.mjs';
import { runMain } from './tools/messages.mjs';

await runMain(() => runScript('pictures/pictures.ts', { inWindow: true }));
