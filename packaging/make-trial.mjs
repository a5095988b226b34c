/** Builds the package that the tests use, as a check of `npm test`. */
import { runMain } from '../setup/tools/messages.mjs';
import { prepareTrial } from './trial.mjs';

await runMain(prepareTrial);
