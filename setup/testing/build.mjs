/** Builds the application, as a check of `npm test`. */
import { build } from '../build.mjs';
import { runMain } from '../tools/messages.mjs';

await runMain(build);
